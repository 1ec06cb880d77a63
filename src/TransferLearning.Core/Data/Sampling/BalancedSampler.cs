namespace TransferLearning;

/// <summary>
/// Every class equally often: the classes take turns in a random order, and each goes through its own examples in a random order before it
/// begins again. An epoch has as many examples as the data set.
/// </summary>
public sealed record BalancedSampler : ISampler
{
    /// <inheritdoc/>
    public string Description => "classes balanced";

    /// <inheritdoc/>
    public bool AllowsLengthGrouping => true;

    /// <inheritdoc/>
    public int Draws(Targets targets, int count) => targets is ClassTargets && targets.Count == count
        ? count
        : throw new ArgumentException("A balanced sampler needs examples of one class each, known before they are loaded.");

    /// <inheritdoc/>
    public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random)
    {
        _ = Draws(targets, count);
        var classes = ((ClassTargets)targets).Indices;
        int[][] members = [
            .. Enumerable.Range(0, count).GroupBy(i => classes[i]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        int[] turns = [.. Enumerable.Range(0, members.Length)], used = new int[members.Length];
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            if (i % turns.Length == 0) random.Shuffle<int>(turns);
            var turn = turns[i % turns.Length];
            if (used[turn] % members[turn].Length == 0) random.Shuffle<int>(members[turn]);
            order[i] = members[turn][used[turn]++ % members[turn].Length];
        }
        return order;
    }
}
