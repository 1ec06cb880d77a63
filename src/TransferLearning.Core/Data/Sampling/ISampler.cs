namespace TransferLearning;

/// <summary>
/// Which examples an epoch has, and in which order. It stands above the feature cache: what is drawn twice is not computed twice.
/// </summary>
public interface ISampler
{
    /// <summary>The sampler and its settings in a few words, for reports.</summary>
    string Description { get; }

    /// <summary>
    /// A number that is another one for other settings which the description does not tell, such as weights: a run goes on from a
    /// checkpoint with the same alone. Default 0.
    /// </summary>
    uint Checksum => 0;

    /// <summary>
    /// Whether examples of like length may be put together among the next fifty batches, so that little is padded. Default false.
    /// </summary>
    bool AllowsLengthGrouping => false;

    /// <summary>How many examples an epoch draws, at least 1: the same in every epoch.</summary>
    /// <param name="targets">What the examples are.</param>
    /// <param name="count">Number of examples.</param>
    /// <exception cref="ArgumentException">The sampler does not fit the data set.</exception>
    int Draws(Targets targets, int count) => count;

    /// <summary>The positions of the epoch's examples in their order; consecutive ones make a batch.</summary>
    /// <param name="targets">What the examples are.</param>
    /// <param name="count">Number of examples.</param>
    /// <param name="batchSize">Examples a batch.</param>
    /// <param name="random">Random numbers of the epoch: nothing else decides.</param>
    int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random);
}
