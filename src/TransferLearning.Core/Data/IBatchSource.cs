namespace TransferLearning;

/// <summary>Builds batches of prepared examples. Called from several loader threads at a time: must be thread-safe.</summary>
public interface IBatchSource
{
    /// <summary>Number of examples.</summary>
    int Count { get; }

    /// <summary>
    /// Whether an example gives the same input in every epoch, so that features of a frozen backbone can be computed once.
    /// </summary>
    bool IsDeterministic { get; }

    /// <summary>
    /// The stage of the model that the batches are the input of: 0 (default) for the backbone's input, more for features that were computed
    /// before.
    /// </summary>
    int Stage => 0;

    /// <summary>
    /// Length of each example, where a batch is padded to its longest one: examples of like length then share batches. Default null:
    /// all take the same room.
    /// </summary>
    IReadOnlyList<int>? Lengths => null;

    /// <summary>What was lost in preparing the examples, for the report; a sentence each. Default: nothing.</summary>
    IReadOnlyList<string> Remarks => [];

    /// <summary>Builds the batch of the examples at these positions. The caller owns it. Tensors are on the CPU.</summary>
    /// <param name="indices">Positions in the data set.</param>
    /// <param name="epoch">What random transforms depend on, beside each example's position: nothing else may decide.</param>
    Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch);
}

/// <summary>Source of all randomness of one epoch.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Epoch">Epoch, from 0.</param>
public readonly record struct EpochSeed(long Seed, int Epoch)
{
    /// <summary>
    /// The random numbers for one example: the same for the same seed, epoch and position, on every machine and with any number of threads.
    /// </summary>
    public SplitMix64 ForExample(int index) => new(unchecked((ulong)Seed), (ulong)Epoch, (ulong)index);
}
