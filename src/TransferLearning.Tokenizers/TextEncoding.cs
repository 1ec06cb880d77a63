namespace TransferLearning.Tokenizers;

/// <summary>
/// A text, or a pair of texts, as tokens. All lists have one entry a token; those of special tokens and of padding are marked in
/// <see cref="SpecialTokens"/>.
/// </summary>
public sealed class TextEncoding
{
    private readonly Tokenizer _tokenizer;

    internal TextEncoding(Tokenizer tokenizer, int length)
    {
        _tokenizer = tokenizer;
        (Ids, Segments, Mask) = (new int[length], new int[length], new int[length]);
        (Offsets, SpecialTokens, SequenceIds, WordIds) = (new Range[length], new bool[length], new int[length], new int[length]);
    }

    /// <summary>Number of tokens.</summary>
    public int Length => Ids.Length;

    /// <summary>Ids of the tokens.</summary>
    public int[] Ids { get; }

    /// <summary>
    /// Segments (token types): which of two texts a token belongs to as the encoder sees it; special tokens have one too.
    /// </summary>
    public int[] Segments { get; }

    /// <summary>The attention mask: 1, and 0 for padding.</summary>
    public int[] Mask { get; }

    /// <summary>
    /// The part of the text (of the text of the pair) that a token stands for, in UTF-16 units of the string that was given:
    /// <c>text[offsets[i]]</c>. Empty at 0 for special tokens that the tokenizer added.
    /// </summary>
    public Range[] Offsets { get; }

    /// <summary>Whether the tokenizer added the token as a frame or as padding.</summary>
    public bool[] SpecialTokens { get; }

    /// <summary>0 for tokens of the text, 1 for those of its pair, -1 for special tokens.</summary>
    public int[] SequenceIds { get; }

    /// <summary>Index of the word that a token belongs to, in its text; -1 for special tokens.</summary>
    public int[] WordIds { get; }

    /// <summary>Number of tokens that were cut, of both texts together.</summary>
    public int Truncated { get; internal init; }

    /// <summary>
    /// The other windows over what was cut, made while they are enumerated; none where no stride was asked for. Where both texts of a
    /// pair were cut there is one for each combination.
    /// </summary>
    public IEnumerable<TextEncoding> Overflow { get; internal init; } = [];

    /// <summary>The tokens as the vocabulary spells them.</summary>
    public IReadOnlyList<string> Tokens => [.. Ids.Select(id => _tokenizer.TokenOf(id) ?? "")];

    /// <summary>The same with padding up to a length; itself where it is long enough. <see cref="Overflow"/> stays as it is.</summary>
    /// <param name="length">Number of tokens wanted.</param>
    /// <param name="side">Where the padding goes.</param>
    /// <param name="paddingId">Id of the padding; by default <see cref="Tokenizer.PaddingId"/>, or 0 where there is none.</param>
    /// <param name="segment">Segment of the padding.</param>
    public TextEncoding Pad(int length, TextSide side = TextSide.Right, int? paddingId = null, int segment = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength);
        if (length <= Length) return this;
        var padded = new TextEncoding(_tokenizer, length) { Truncated = Truncated, Overflow = Overflow };
        padded.Ids.AsSpan().Fill(paddingId ?? _tokenizer.PaddingId ?? 0);
        padded.Segments.AsSpan().Fill(segment);
        padded.SpecialTokens.AsSpan().Fill(true);
        padded.SequenceIds.AsSpan().Fill(-1);
        padded.WordIds.AsSpan().Fill(-1);

        var at = side == TextSide.Right ? 0 : length - Length;
        Ids.CopyTo(padded.Ids, at);
        Segments.CopyTo(padded.Segments, at);
        Mask.CopyTo(padded.Mask, at);
        Offsets.CopyTo(padded.Offsets, at);
        SpecialTokens.CopyTo(padded.SpecialTokens, at);
        SequenceIds.CopyTo(padded.SequenceIds, at);
        WordIds.CopyTo(padded.WordIds, at);
        return padded;
    }
}
