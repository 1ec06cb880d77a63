namespace TransferLearning;

/// <summary>Operations on any labelled data set.</summary>
public static class DatasetExtensions
{
    /// <summary>
    /// Splits in two, each class in the same proportion, reproducibly: the seed and the examples' order decide, nothing else.
    /// Where the targets are no classes all examples count as one class.
    /// Both parts get an example of each class that has two or more; a class of one stays in the first part.
    /// </summary>
    /// <param name="dataset">What to split.</param>
    /// <param name="share">Share of each class in the first part, in (0, 1).</param>
    /// <param name="seed">Seed of the draw. Default 0.</param>
    public static (TSelf First, TSelf Second) Split<TSelf>(this ILabelledDataset<TSelf> dataset, double share, long seed = 0)
        where TSelf : ILabelledDataset<TSelf>
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (share is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the first part is between 0 and 1, such as 0.8.");
        List<int> first = [], second = [];
        foreach (var members in Enumerable.Range(0, dataset.Count).GroupBy(i => dataset.Labels.Count == 0 ? 0 : dataset.Labels[i]))
        {
            int[] shuffled = [.. members];
            new SplitMix64(unchecked((ulong)seed), (ulong)members.Key).Shuffle<int>(shuffled);
            var count = Math.Clamp((int)Math.Round(share * shuffled.Length, MidpointRounding.AwayFromZero), 1, Math.Max(1, shuffled.Length - 1));
            first.AddRange(shuffled[..count]);
            second.AddRange(shuffled[count..]);
        }
        first.Sort();
        second.Sort();
        return (dataset.Subset(first), dataset.Subset(second));
    }
}
