namespace TransferLearning;

/// <summary>The examples of each class in a random order: for parts of a set that have every class in the same proportion.</summary>
internal static class ShuffledClasses
{
    /// <summary>The positions of each class's members in a random order of their own, class by class.</summary>
    public static IEnumerable<int[]> Of(IReadOnlyList<int> classes, long seed)
    {
        foreach (var members in Enumerable.Range(0, classes.Count).GroupBy(i => classes[i]).OrderBy(members => members.Key))
        {
            int[] shuffled = [.. members];
            new SplitMix64(unchecked((ulong)seed), (ulong)members.Key).Shuffle<int>(shuffled);
            yield return shuffled;
        }
    }

    /// <summary>Which of that many parts each example belongs to: the members of one class after the other are dealt out in turn.</summary>
    public static int[] Parts(IReadOnlyList<int> classes, int count, long seed)
    {
        var parts = new int[classes.Count];
        foreach (var (turn, position) in Of(classes, seed).SelectMany(members => members).Index()) parts[position] = turn % count;
        return parts;
    }
}
