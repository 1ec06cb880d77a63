namespace TransferLearning;

/// <summary>Operations on any data set of which parts are data sets.</summary>
public static class DatasetExtensions
{
    extension(IDataset dataset)
    {
        /// <summary>
        /// Names of the classes in order, or of the labels or values that are to be predicted: what a head is built with. Those of
        /// <see cref="IDataset.Targets"/>.
        /// </summary>
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
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the first part is between 0 and 1, such as 0.8.");
        var parts = Cut(dataset, seed, share);
        return (parts[0], parts[1]);
    }

    /// <summary>
    /// Splits in three, to learn from, to choose by, and to measure at the very end; each class in the same proportion, reproducibly: the
    /// seed and the examples' order decide, nothing else. Where the targets are no classes all examples count as one class.
    /// Each part gets an example of each class that has three or more; of a class with two the last part gets none, and a class of one
    /// stays in the first.
    /// </summary>
    /// <param name="dataset">What to split.</param>
    /// <param name="train">Share of each class in the first part, in (0, 1).</param>
    /// <param name="validation">Share of each class in the second part, in (0, 1); the rest is the third, so that both together are below
    /// 1.</param>
    /// <param name="seed">Seed of the draw. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of its range, or nothing is left for the third part.</exception>
    public static (TSelf Train, TSelf Validation, TSelf Test) Split<TSelf>(
        this IDataset<TSelf> dataset, double train, double validation, long seed = 0)
        where TSelf : IDataset<TSelf>
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (train is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(train), train, "The share of the first part is between 0 and 1, such as 0.7.");
        // Of 0.9 and 0.1 nothing is left, whatever the rounding of their sum.
        if (!(validation > 0 && train + validation < 1 - 1e-9))
            throw new ArgumentOutOfRangeException(
                nameof(validation), validation, "The share of the second part is above 0, and with that of the first below 1, such as "
                    + "0.15: the rest is the third.");
        var parts = Cut(dataset, seed, train, train + validation);
        return (parts[0], parts[1], parts[2]);
    }

    /// <summary>
    /// Splits in two without cutting a group: photographs of one patient, frames of one film, texts of one author. The parts are as near to
    /// the share as whole groups allow; classes are not looked at. Reproducible: seed and groups decide, nothing else.
    /// </summary>
    /// <param name="dataset">What to split.</param>
    /// <param name="share">Share of the examples in the first part, in (0, 1).</param>
    /// <param name="groups">The group of each example: a column, the beginning of its file's name.</param>
    /// <param name="seed">Seed of the draw. Default 0.</param>
    /// <exception cref="ArgumentException">There are more or fewer groups than examples, one is null, or all are the same.</exception>
    public static (TSelf First, TSelf Second) SplitByGroup<TSelf>(
        this IDataset<TSelf> dataset, double share, IReadOnlyList<string> groups, long seed = 0) where TSelf : IDataset<TSelf>
    {
        ArgumentNullException.ThrowIfNull(dataset);
        NoNulls.Checked(groups, nameof(groups));
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the first part is between 0 and 1, such as 0.8.");
        if (groups.Count != dataset.Count)
            throw new ArgumentException($"There are {dataset.Count} examples and {groups.Count} groups: give each the group it is of.", nameof(groups));
        var first = GroupSplit.InFirst(groups, share, seed);
        return (Part(true), Part(false));

        TSelf Part(bool side) => dataset.Subset([.. first.Index().Where(example => example.Item == side).Select(example => example.Index)]);
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
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"A set of {dataset.Count} examples is cut into 2 to {dataset.Count} parts.");
        var parts = ShuffledClasses.Parts(Classes(dataset), count, seed);
        return [
            .. Enumerable.Range(0, count).Select(part => (dataset.Subset(At(other => other != part)), dataset.Subset(At(other => other == part))))];

        int[] At(Func<int, bool> isWanted) => [.. parts.Index().Where(example => isWanted(example.Item)).Select(example => example.Index)];
    }

    /// <summary>Cuts each class, in a drawn order, at these shares; each part gets an example as long as there are any.</summary>
    private static TSelf[] Cut<TSelf>(IDataset<TSelf> dataset, long seed, params ReadOnlySpan<double> shares) where TSelf : IDataset<TSelf>
    {
        List<int>[] parts = [.. Enumerable.Range(0, shares.Length + 1).Select(_ => new List<int>())];
        foreach (var shuffled in ShuffledClasses.Of(Classes(dataset), seed))
        {
            var from = 0;
            for (var part = 0; part < parts.Length; part++)
            {
                var least = Math.Min(from + 1, shuffled.Length);
                var to = part == shares.Length ? shuffled.Length
                    : Math.Clamp(
                        (int)Math.Round(shares[part] * shuffled.Length, MidpointRounding.AwayFromZero), least,
                        Math.Max(least, shuffled.Length - (shares.Length - part)));
                parts[part].AddRange(shuffled[from..to]);
                from = to;
            }
        }
        return Array.ConvertAll(parts, part =>
        {
            part.Sort();
            return dataset.Subset(part);
        });
    }

    private static IReadOnlyList<int> Classes(IDataset dataset) => (dataset.Targets as ClassTargets)?.Indices ?? new int[dataset.Count];
}
