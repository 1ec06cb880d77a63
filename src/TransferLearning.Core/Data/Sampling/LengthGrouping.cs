namespace TransferLearning;

/// <summary>
/// Puts examples of like length into the same batch, so that little is padded. As in Hugging Face's <c>group_by_length</c>, only
/// among the examples of fifty batches, so that batches stay random; their order is random too.
/// </summary>
internal static class LengthGrouping
{
    private const int BatchesSortedTogether = 50;

    /// <summary>
    /// Regroups a shuffled order whose consecutive <paramref name="batchSize"/> examples are a batch. What is left over stays last.
    /// </summary>
    public static void Group(int[] order, IReadOnlyList<int> lengths, int batchSize, ref SplitMix64 random)
    {
        var pool = BatchesSortedTogether * batchSize;
        for (var start = 0; start < order.Length; start += pool)
            Sort(order.AsSpan(start, Math.Min(pool, order.Length - start)), lengths);

        int[] batches = [.. Enumerable.Range(0, order.Length / batchSize)];
        // The last one may be joined by an example that is left over.
        random.Shuffle(batches.AsSpan(0, Math.Max(0, batches.Length - 1)));
        int[] sorted = [.. order];
        foreach (var (to, from) in batches.Index())
            sorted.AsSpan(from * batchSize, batchSize).CopyTo(order.AsSpan(to * batchSize));
    }

    /// <summary>
    /// Sorts from the longest to the shortest, so that what does not fit into memory fails at once; equal ones stay in order.
    /// </summary>
    public static void Sort(Span<int> order, IReadOnlyList<int> lengths)
    {
        var keys = new (int Length, int Place)[order.Length];
        for (var i = 0; i < keys.Length; i++) keys[i] = (-lengths[order[i]], i);
        keys.AsSpan().Sort(order);
    }
}
