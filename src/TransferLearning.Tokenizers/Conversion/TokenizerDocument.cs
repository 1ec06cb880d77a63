using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers;

/// <summary>A tokenizer.json in the making.</summary>
internal sealed class TokenizerDocument(JsonObject model, IReadOnlyDictionary<string, int> vocabulary, TokenizerSettings settings)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, AddedToken> _added = new(StringComparer.Ordinal);

    public JsonNode? Normalizer { get; init; }

    public JsonNode? PreTokenizer { get; init; }

    public JsonNode? Decoder { get; init; }

    /// <summary>Adds a special token; one that the vocabulary lacks gets the next id.</summary>
    public void AddSpecial(string content, bool stripLeft = false) =>
        Add(new(IdOf(content), content, SingleWord: false, stripLeft, StripRight: false, Normalized: false, Special: true));

    /// <summary>Adds a token, or changes one that was added before.</summary>
    public void Add(AddedToken token) => _added[token.Content] = token;

    /// <summary>A template in the reference's notation: <c>[CLS]:0 $A:0 [SEP]:0</c>.</summary>
    public JsonObject Template(string single, string pair)
    {
        var special = new JsonObject();
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = Parse(single),
            ["pair"] = Parse(pair),
            ["special_tokens"] = special,
        };

        JsonArray Parse(string template) => [.. template.Split(' ').Select(ParsePart)];

        JsonNode ParsePart(string part)
        {
            var colon = part.LastIndexOf(':');
            var (name, segment) = (part[..colon], part[colon + 1] - '0');
            if (name is "$A" or "$B") return new JsonObject { ["Sequence"] = new JsonObject { ["id"] = name[1..], ["type_id"] = segment } };
            special[name] = new JsonObject { ["id"] = name, ["ids"] = new JsonArray(IdOf(name)), ["tokens"] = new JsonArray(name) };
            return new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = name, ["type_id"] = segment } };
        }
    }

    public int IdOf(string token) => vocabulary.TryGetValue(token, out var id) ? id
        : _added.TryGetValue(token, out var added) ? added.Id
        : vocabulary.Values.Concat(_added.Values.Select(t => t.Id)).DefaultIfEmpty(-1).Max() + 1;

    /// <summary>The finished document in UTF-8.</summary>
    /// <param name="postProcessor">Frames texts with the special tokens that were added; null: nothing does.</param>
    /// <param name="padding">The token that fills up a batch, or null.</param>
    public byte[] ToJson(JsonNode? postProcessor, string? padding)
    {
        foreach (var token in settings.AddedTokens())
            if (!_added.ContainsKey(token.Content) || token.Special) Add(token);
        JsonObject document = new()
        {
            ["version"] = "1.0",
            ["truncation"] = WriteTruncation(),
            ["padding"] = padding is null ? null : WritePadding(padding),
            ["added_tokens"] = new JsonArray([.. _added.Values.OrderBy(token => token.Id).Select(token => token.ToJson())]),
            ["normalizer"] = Normalizer,
            ["pre_tokenizer"] = PreTokenizer,
            ["post_processor"] = postProcessor,
            ["decoder"] = Decoder,
            ["model"] = model,
        };
        var utf8 = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(utf8, Compact)) document.WriteTo(writer);
        return utf8.WrittenSpan.ToArray();
    }

    private JsonObject? WriteTruncation() => settings.MaxLength is not { } length ? null : new()
    {
        ["direction"] = settings.TruncationSide,
        ["max_length"] = length,
        ["strategy"] = "LongestFirst",
        ["stride"] = 0,
    };

    private JsonObject WritePadding(string token) => new()
    {
        ["strategy"] = "BatchLongest",
        ["direction"] = settings.PaddingSide,
        ["pad_to_multiple_of"] = null,
        ["pad_id"] = IdOf(token),
        ["pad_type_id"] = 0,
        ["pad_token"] = token,
    };
}
