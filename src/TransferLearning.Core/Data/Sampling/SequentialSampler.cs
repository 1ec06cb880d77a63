namespace TransferLearning;

/// <summary>Every example once, in the order of the data set.</summary>
public sealed record SequentialSampler : ISampler
{
    /// <inheritdoc/>
    public string Description => "in order";

    /// <inheritdoc/>
    public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random) => [.. Enumerable.Range(0, count)];
}
