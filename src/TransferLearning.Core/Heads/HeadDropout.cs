namespace TransferLearning;

/// <summary>Checks the share of features that a head drops.</summary>
internal static class HeadDropout
{
    /// <exception cref="ArgumentOutOfRangeException">It is not in [0, 1).</exception>
    public static double Check(double dropout) => dropout is >= 0 and < 1
        ? dropout
        : throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The share of features that are dropped is from 0 to below 1.");
}
