using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a run goes through its data: batches in a certain order, with progress and cancellation.</summary>
internal sealed record BatchPlan(TrainerOptions Options, Device Device, IProgress<TrainingProgress>? Progress, CancellationToken Cancellation)
{
    /// <summary>Epoch in progress, from 0.</summary>
    public int Epoch { get; set; }

    public int Batches(IBatchSource source) => Loader(source).Batches;

    /// <summary>All examples in the order of the data set. Progress is reported, cancellation is honoured before each batch.</summary>
    public IEnumerable<Batch> InOrder(IBatchSource source, TrainingPhase phase)
    {
        var done = 0;
        foreach (var batch in Loader(source).Load(Identity(source.Count), default, Cancellation))
        {
            yield return batch;
            Report(phase, ++done, Batches(source));
        }
    }

    /// <summary>The training batches of the epoch in their order.</summary>
    public IEnumerable<Batch> Training(IBatchSource source)
    {
        var order = Identity(source.Count);
        if (Options.Shuffle) new SplitMix64(unchecked((ulong)Options.Seed), (ulong)Epoch, ulong.MaxValue).Shuffle<int>(order);
        return Loader(source).Load(order, new EpochSeed(Options.Seed, Epoch), Cancellation);
    }

    public void Report(TrainingPhase phase, int done, int batches, double loss = double.NaN, double learningRate = double.NaN) =>
        Progress?.Report(new TrainingProgress(phase, Epoch, Options.Epochs, done, batches, loss, learningRate));

    private BatchLoader Loader(IBatchSource source) => new(source, Options.BatchSize, Options.LoaderThreads);

    private static int[] Identity(int count) => [.. Enumerable.Range(0, count)];
}
