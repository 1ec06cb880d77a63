namespace TransferLearning.Text;

/// <summary>What a backbone reads at a time: a short text as a whole, or a part of a long one.</summary>
/// <param name="Ids">Token ids with the special tokens.</param>
/// <param name="Segments">Which text of a pair each token belongs to; null where there are no pairs.</param>
internal sealed record TokenWindow(int[] Ids, int[]? Segments)
{
    /// <summary>The windows of a text, and how many tokens were cut off.</summary>
    public static (TokenWindow[] Windows, int Cut) Read(string text, string? pair, TextSpec spec)
    {
        var encoding = spec.Tokenizer.Encode(text, pair, new EncodingOptions { MaxLength = spec.MaxLength, Stride = spec.Stride });
        TextEncoding[] windows = [encoding, .. encoding.Overflow];
        return ([.. windows.Select(window => new TokenWindow(window.Ids, pair is null ? null : window.Segments))], spec.Stride is null ? encoding.Truncated : 0);
    }
}
