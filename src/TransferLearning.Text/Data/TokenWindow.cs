namespace TransferLearning.Text;

/// <summary>What a backbone reads at a time: a short text as a whole, or a part of a long one.</summary>
/// <param name="Ids">Token ids with the special tokens.</param>
/// <param name="Segments">Which text of a pair each token belongs to; null where there are no pairs.</param>
internal sealed record TokenWindow(int[] Ids, int[]? Segments = null)
{
    /// <summary>The windows of a text or a pair, and how many tokens were cut off.</summary>
    public static (TokenWindow[] Windows, int Cut) Read(string text, string? second, TextSpec spec)
    {
        var encoding = spec.Tokenizer.Encode(text, second, new EncodingOptions { MaxLength = spec.MaxLength, Stride = spec.Stride, TruncationSide = spec.TruncationSide, SideBySide = true });
        TextEncoding[] windows = [encoding, .. encoding.Overflow];
        return ([.. windows.Select(window => new TokenWindow(window.Ids, second is null ? null : window.Segments))], spec.Stride is null ? encoding.Truncated : 0);
    }

    /// <summary>Where the first token stands in a row of that length.</summary>
    public int StartIn(int length, TextSide padding) => padding == TextSide.Left ? length - Ids.Length : 0;

    /// <summary>A sentence for the report where texts were cut, else none.</summary>
    /// <param name="cut">How many tokens of each text were cut off.</param>
    /// <param name="lengths">How many were left.</param>
    /// <param name="spec">What cut them.</param>
    /// <param name="cure">What helps beside a greater length.</param>
    public static IReadOnlyList<string> RemarkOn(int[] cut, IReadOnlyList<int> lengths, TextSpec spec, string cure)
    {
        var (texts, tokens) = (cut.Count(count => count > 0), cut.Sum(count => (long)count));
        var share = (double)tokens / (tokens + lengths.Sum(length => (long)length));
        return texts == 0 ? [] : [FormattableString.Invariant(
            $"{texts} of {cut.Length} texts are longer than {spec.MaxLength} tokens: {tokens} tokens ({share:P1} of all) were cut off. Raise TextSpec.MaxLength, or {cure}.")];
    }
}
