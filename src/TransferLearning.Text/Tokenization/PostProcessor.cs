namespace TransferLearning.Text;

/// <summary>
/// What is put around a text or a pair of texts: for each part the text to insert (0 or 1) or the ids of special tokens, and the
/// segment of all of its tokens.
/// </summary>
internal readonly record struct TemplatePart(int Text, int[] SpecialIds, int Segment)
{
    public bool IsText => SpecialIds.Length == 0;

    public static TemplatePart Of(int text, int segment) => new(text, [], segment);

    public static TemplatePart Special(int segment, params int[] ids) => new(-1, ids, segment);
}

/// <summary>Frames texts with special tokens.</summary>
internal sealed record PostProcessor
{
    public IReadOnlyList<TemplatePart> Single { get; init; } = [TemplatePart.Of(0, 0)];

    public IReadOnlyList<TemplatePart> Pair { get; init; } = [TemplatePart.Of(0, 0), TemplatePart.Of(1, 1)];

    /// <summary>Whether the white space that byte-level tokens begin or end with stays out of their offsets.</summary>
    public bool TrimOffsets { get; init; }

    /// <summary>Whether the first token may begin with a space that the tokenizer put there.</summary>
    public bool PrefixSpaceAdded { get; init; }

    public IReadOnlyList<TemplatePart> Template(bool isPair) => isPair ? Pair : Single;

    /// <summary>Number of special tokens that are added.</summary>
    public int Overhead(bool isPair) => Template(isPair).Sum(part => part.SpecialIds.Length);

    /// <summary>Offsets of a token without the white space at its ends.</summary>
    public Range Trim(string text, Token token, bool isFirst)
    {
        var (leading, trailing) = (token.SpacesBefore, token.SpacesAfter);
        for (var i = 0; i < text.Length && IsSpace(text[i]); i++) leading++;
        for (var i = text.Length - 1; i >= 0 && IsSpace(text[i]); i--) trailing++;
        if (leading > 0 && PrefixSpaceAdded && (isFirst || token.Start == 0)) leading--;

        var start = Math.Min(token.Start + leading, token.End);
        var end = token.End >= trailing ? Math.Max(token.End - trailing, start) : token.End;
        return start..end;
    }

    private static bool IsSpace(char unit) => unit == ByteAlphabet.Space || char.IsWhiteSpace(unit);
}
