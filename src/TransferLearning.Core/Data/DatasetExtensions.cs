namespace TransferLearning;

/// <summary>Operations on any data set of which parts are data sets.</summary>
public static class DatasetExtensions
{
    extension(IDataset dataset)
    {
        /// <summary>Names of the classes in order, or of the labels or values that are to be predicted: what a head is built with. Those of <see cref="IDataset.Targets"/>.</summary>
        public IReadOnlyList<string> ClassNames => (dataset ?? throw new ArgumentNullException(nameof(dataset))).Targets.Names;
    }

    /// <summary>
    /// Splits in two, each class in the same proportion, reproducibly: the seed and the examples' order decide, nothing else.
    /// Where the targets are no classes all examples count as one class.
    /// Both parts get an example of each class that has two or more; a class of one stays in the first part.
    /// </summary>
    /// <param name="dataset">What to split.</param>
    /// <param name="share">Share of each class in the first part, in (0, 1).</param>
    /// <param name="seed">Seed of the draw. Default 0.</param>
    public static (TSelf First, TSelf Second) Split<TSelf>(this IDataset<TSelf> dataset, double share, long seed = 0)
        where TSelf : IDataset<TSelf>
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (share is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the first part is between 0 and 1, such as 0.8.");
        List<int> first = [], second = [];
        foreach (var shuffled in ShuffledClasses.Of(Classes(dataset), seed))
        {
            var count = Math.Clamp((int)Math.Round(share * shuffled.Length, MidpointRounding.AwayFromZero), 1, Math.Max(1, shuffled.Length - 1));
            first.AddRange(shuffled[..count]);
            second.AddRange(shuffled[count..]);
        }
        first.Sort();
        second.Sort();
        return (dataset.Subset(first), dataset.Subset(second));
    }

    /// <summary>
    /// Cuts the examples into parts of like size, each class in the same proportion, and gives for each part the others to learn from and
    /// it itself to measure by: cross-validation.
    /// </summary>
    /// <param name="dataset">What to cut.</param>
    /// <param name="count">Number of parts, from 2 to the number of examples.</param>
    /// <param name="seed">Seed of the draw. Default 0.</param>
    public static IReadOnlyList<(TSelf Train, TSelf Validation)> Folds<TSelf>(this IDataset<TSelf> dataset, int count, long seed = 0)
        where TSelf : IDataset<TSelf>
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (count < 2 || count > dataset.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A set of {dataset.Count} examples is cut into 2 to {dataset.Count} parts.");
        var parts = ShuffledClasses.Parts(Classes(dataset), count, seed);
        return [.. Enumerable.Range(0, count).Select(part => (dataset.Subset(At(other => other != part)), dataset.Subset(At(other => other == part))))];

        int[] At(Func<int, bool> isWanted) => [.. parts.Index().Where(example => isWanted(example.Item)).Select(example => example.Index)];
    }

    private static IReadOnlyList<int> Classes(IDataset dataset) => (dataset.Targets as ClassTargets)?.Indices ?? new int[dataset.Count];
}
