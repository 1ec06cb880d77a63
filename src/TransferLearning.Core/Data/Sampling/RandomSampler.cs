namespace TransferLearning;

/// <summary>Every example once, in a new random order each epoch: the default.</summary>
public sealed record RandomSampler : ISampler
{
    /// <inheritdoc/>
    public string Description => "shuffled";

    /// <inheritdoc/>
    public bool AllowsLengthGrouping => true;

    /// <inheritdoc/>
    public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle<int>(order);
        return order;
    }
}
