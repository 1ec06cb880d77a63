namespace TransferLearning.Tokenizers;

/// <summary>Which text of a pair gives way where both do not fit.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one until both are alike, then both.</summary>
    LongestFirst,

    /// <summary>The first; the second only where nothing of the first is left.</summary>
    OnlyFirst,

    /// <summary>The second; the first only where nothing of the second is left.</summary>
    OnlySecond,
}

/// <summary>How <see cref="Tokenizer.Encode(string, string?, EncodingOptions?)"/> frames and cuts a text.</summary>
public sealed record EncodingOptions
{
    /// <summary>Whether the tokens that frame a text, such as [CLS] and [SEP], are added. Default true.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>Largest number of tokens, special ones included; null (the default) cuts nothing.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Which text of a pair is cut. Default <see cref="TruncationStrategy.LongestFirst"/>.</summary>
    public TruncationStrategy Truncation { get; init; } = TruncationStrategy.LongestFirst;

    /// <summary>The side where a text is cut. Default <see cref="TextSide.Right"/>.</summary>
    public TextSide TruncationSide { get; init; } = TextSide.Right;

    /// <summary>
    /// Number of tokens that neighbouring windows share, 0 or more and smaller than a window, special tokens aside; what
    /// is cut then comes as <see cref="TextEncoding.Overflow"/>. Null (the default) makes no windows.
    /// </summary>
    public int? Stride { get; init; }

    /// <summary>
    /// Whether the windows of a pair go side by side, the last of the shorter text again and again, in place of all combinations.
    /// Default false.
    /// </summary>
    public bool SideBySide { get; init; }
}
