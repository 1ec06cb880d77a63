using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace TransferLearning.Tokenizers;

/// <summary>
/// Turns text into the tokens of a vocabulary and back, as the Hugging Face tokenizers library does with the same tokenizer.json:
/// WordPiece, byte-pair encoding, Unigram or whole words, with their normalizers, pre-tokenizers, post-processors, decoders and
/// added tokens. Older files are converted to that document when they are opened. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// No string makes a tokenizer throw whose normalizers and patterns are sound, and the time grows in proportion to the length of the
/// text (for one word of n characters in byte-pair encoding, to n log n). A lone surrogate counts as U+FFFD. The truncation and
/// padding that a tokenizer.json fixes are not applied, nor is the dropout of a byte-pair encoding. Characters that Unicode got after
/// version 8 (2015) are classified and normalized by what .NET knows of them, where the reference knows less.
/// </remarks>
[JsonConverter(typeof(TokenizerJsonConverter))]
public sealed class Tokenizer
{
    private readonly byte[] _json;
    private readonly TokenizerPipeline _pipeline;
    private readonly ITokenModel _model;
    private readonly PostProcessor _postProcessor;
    private readonly IDecoder? _decoder;
    private readonly Dictionary<string, AddedToken> _added;
    private readonly Dictionary<int, AddedToken> _addedById;

    private Tokenizer(byte[] json, string file)
    {
        var root = JsonField.Parse(json, file);
        if (!root.Has("model")) throw root.Wrong("has no field 'model'. Give the tokenizer.json of the Hugging Face tokenizers library");
        (_json, _model) = (json, ITokenModel.Read(root["model"]));
        (_postProcessor, _decoder) = (PostProcessor.Read(root["post_processor"]), IDecoder.Read(root["decoder"]));
        var added = ReadAddedTokens(root["added_tokens"], _model.Vocabulary);
        _pipeline = new(INormalizer.Read(root["normalizer"]), IPreTokenizer.Read(root["pre_tokenizer"]), _model, added);
        _added = added.GroupBy(t => t.Content, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        _addedById = added.GroupBy(t => t.Id).ToDictionary(g => g.Key, g => g.Last());

        Count = _model.Vocabulary.Count + _added.Keys.Count(token => _model.Vocabulary.IdOf(token) is null);
        SpecialIds = [.. added.Where(t => t.Special).Select(t => t.Id).Distinct().Order()];
        var (padding, truncation) = (root["padding"], root["truncation"]);
        PaddingId = padding.IsNull ? FirstOf("[PAD]", "<pad>") : padding["pad_id"].Number(0);
        MaskId = FirstOf("[MASK]", "<mask>");
        UnknownId = _model.UnknownId ?? FirstOf("[UNK]", "<unk>");
        ClsId = FirstOf("[CLS]", "<cls>", "<s>");
        SepId = FirstOf("[SEP]", "<sep>", "</s>");
        (PaddingSide, TruncationSide) = (ReadSide(padding), ReadSide(truncation));
        MaxLength = truncation.IsNull ? null : truncation["max_length"].Number();
    }

    /// <summary>Number of different tokens, added ones included.</summary>
    public int Count { get; }

    /// <summary>Id of the token that fills up a batch.</summary>
    public int? PaddingId { get; }

    /// <summary>Id of the token that stands for a hidden one.</summary>
    public int? MaskId { get; }

    /// <summary>Id of the token that stands for what the vocabulary cannot spell.</summary>
    public int? UnknownId { get; }

    /// <summary>Id of the token at the beginning, whose output stands for the whole text: [CLS], &lt;cls&gt; or &lt;s&gt;.</summary>
    public int? ClsId { get; }

    /// <summary>Id of the token between and after texts: [SEP], &lt;sep&gt; or &lt;/s&gt;.</summary>
    public int? SepId { get; }

    /// <summary>Ids of the tokens that <see cref="Decode"/> leaves out, in ascending order.</summary>
    public IReadOnlyList<int> SpecialIds { get; }

    /// <summary>The side that the tokenizer's files want padded; <see cref="TextSide.Right"/> where they do not say.</summary>
    public TextSide PaddingSide { get; }

    /// <summary>The side that the tokenizer's files want cut; <see cref="TextSide.Right"/> where they do not say.</summary>
    public TextSide TruncationSide { get; }

    /// <summary>The longest input that the tokenizer's files allow, special tokens included; nothing is cut to it unasked.</summary>
    public int? MaxLength { get; }

    /// <summary>
    /// Opens a tokenizer.json, a vocab.txt (BERT), a vocab.json with its merges.txt beside it, a SentencePiece model, or a folder that
    /// holds one of them, looked for in that order. For all but tokenizer.json the tokenizer_config.json and config.json beside it
    /// say what family it is of.
    /// </summary>
    /// <exception cref="TokenizerFormatException">The file is broken or asks for something that is not supported.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static Tokenizer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = TokenizerFiles.Find(path);
        return Parse(TokenizerFiles.ReadDocument(file), file);
    }

    /// <summary>Reads the bytes of a tokenizer.json.</summary>
    /// <exception cref="TokenizerFormatException">The document is broken or asks for something that is not supported.</exception>
    public static Tokenizer Parse(ReadOnlySpan<byte> tokenizerJson) => Parse(tokenizerJson, "tokenizer.json");

    /// <summary>The tokenizer.json that this was read from or converted to, in UTF-8.</summary>
    public byte[] ToJson() => [.. _json];

    /// <summary>Tokens of a text, or of a pair of texts.</summary>
    /// <exception cref="ArgumentException">The options contradict each other or leave no room for the special tokens.</exception>
    /// <exception cref="TokenizerFormatException">The tokenizer's normalizers make the text more than 64 times as long.</exception>
    /// <exception cref="RegexMatchTimeoutException">A pattern of the tokenizer searches for a minute without a match.</exception>
    public TextEncoding Encode(string text, string? pair = null, EncodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Assemble(Tokenize(text), pair is null ? null : Tokenize(pair), options);
    }

    /// <summary>
    /// Tokens of a text that is given as words, as for labels on words: <see cref="TextEncoding.WordIds"/> points into the list, and
    /// <see cref="TextEncoding.Offsets"/> into each word.
    /// </summary>
    /// <inheritdoc cref="Encode(string, string?, EncodingOptions?)"/>
    public TextEncoding Encode(IReadOnlyList<string> words, EncodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        var tokens = new TokenList();
        foreach (var (index, word) in words.Index())
        {
            tokens.FixedWord = index;
            _pipeline.Tokenize(word ?? throw new ArgumentException($"Word {index} is null.", nameof(words)), tokens);
        }
        return Assemble(tokens, null, options);
    }

    /// <summary>The text that the ids stand for; ids that are no tokens are left out.</summary>
    /// <param name="ids">Ids of tokens.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        List<string> tokens = [.. ids.Select(TokenOf).OfType<string>().Where(token => !(skipSpecialTokens && IsSpecial(token)))];
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }

    /// <summary>The id of a token, or null where there is none of that spelling.</summary>
    public int? IdOf(string token) => _added.TryGetValue(token, out var added) ? added.Id : _model.Vocabulary.IdOf(token);

    /// <summary>The token of an id, or null where there is none.</summary>
    public string? TokenOf(int id) => _addedById.TryGetValue(id, out var added) ? added.Content : _model.Vocabulary.TokenOf(id);

    private static Tokenizer Parse(ReadOnlySpan<byte> json, string file) =>
        new([.. json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json], file);

    private static List<AddedToken> ReadAddedTokens(JsonField field, Vocabulary vocabulary) => field.IsNull ? [] :
    [
        .. field.Items()
            .Select(token => AddedToken.Read(vocabulary.IdOf(token["content"].Text()) ?? token["id"].Number(), token))
            .Where(token => token.Content.Length > 0),
    ];

    private static TextSide ReadSide(JsonField settings) => settings.IsNull ? TextSide.Right : settings["direction"].Text("Right") switch
    {
        "Right" => TextSide.Right,
        "Left" => TextSide.Left,
        _ => throw settings["direction"].Wrong("is neither Right nor Left"),
    };

    private bool IsSpecial(string token) => _added.TryGetValue(token, out var added) && added.Special;

    private TokenList Tokenize(string text)
    {
        var tokens = new TokenList();
        _pipeline.Tokenize(text, tokens);
        return tokens;
    }

    private TextEncoding Assemble(TokenList first, TokenList? second, EncodingOptions? options)
    {
        options ??= new();
        if (options.MaxLength < 0 || options.Stride < 0 || options.Stride >= (options.MaxLength ?? int.MaxValue))
            throw new ArgumentException(
                $"MaxLength {options.MaxLength} and Stride {options.Stride} do not go together. Give a length, and a stride from 0 to "
                + "below it.",
                nameof(options));
        return new EncodingAssembler(this, _postProcessor, first, second, options).Assemble();
    }

    private int? FirstOf(params ReadOnlySpan<string> tokens)
    {
        foreach (var token in tokens)
            if (IdOf(token) is { } id) return id;
        return null;
    }
}
