namespace TransferLearning.Text;

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
