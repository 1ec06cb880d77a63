using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a run goes through its data: batches in a certain order, with progress and cancellation.</summary>
internal sealed record BatchPlan(
    TrainerOptions Options, Targets Targets, Device Device, IProgress<TrainingProgress>? Progress, CancellationToken Cancellation)
{
    /// <summary>Epoch in progress, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches of a training epoch.</summary>
    public int Batches(IBatchSource source) => Loader(source).Batches(Options.Sampler.Draws(Targets, source.Count));

    /// <summary>
    /// All examples once, those of like length together, with their positions in the data set.
    /// Progress is reported, cancellation is honoured before each batch.
    /// </summary>
    /// <exception cref="ArgumentException">An example holds NaN or infinite values.</exception>
    public IEnumerable<(ReadOnlyMemory<int> Positions, Batch Batch)> Once(IBatchSource source, TrainingPhase phase)
    {
        int[] order = [.. Enumerable.Range(0, source.Count)];
        if (source.Lengths is { } lengths) LengthGrouping.Sort(order, lengths);
        var loader = Loader(source);
        var (done, batches) = (0, loader.Batches(order.Length));
        foreach (var (positions, batch) in loader.Cut(order).Zip(loader.Load(order, default, Cancellation)))
        {
            if (source.Stage == 0) CheckFinite(positions.Span, batch);
            yield return (positions, batch);
            Report(phase, ++done, batches);
        }
    }

    /// <summary>
    /// The training batches of the epoch in their order, without the first <paramref name="done"/>. Where a run may be cancelled among them
    /// the caller knows.
    /// </summary>
    public IEnumerable<Batch> Training(IBatchSource source, int done)
    {
        var random = new SplitMix64(unchecked((ulong)Options.Seed), (ulong)Epoch, ulong.MaxValue);
        var order = Options.Sampler.Order(Targets, source.Count, Options.BatchSize, ref random);
        if (Options.Sampler.Draws(Targets, source.Count) is var draws && order.Length != draws)
            throw new InvalidOperationException(
                $"The sampler '{Options.Sampler.Description}' announced {draws} examples an epoch and gave {order.Length}.");
        if (Options.Sampler.AllowsLengthGrouping && source.Lengths is { } lengths)
            LengthGrouping.Group(order, lengths, Options.BatchSize, ref random);
        return Loader(source).Load(order, new EpochSeed(Options.Seed, Epoch), default, done);
    }

    public void Report(TrainingPhase phase, int done, int batches, double loss = double.NaN, double learningRate = double.NaN) =>
        Progress?.Report(new TrainingProgress(phase, Epoch + 1, Options.Epochs, done, batches, loss, learningRate));

    /// <summary>Names an example whose input is no number.</summary>
    /// <exception cref="ArgumentException">There is one; the batch is disposed.</exception>
    public static void CheckFinite(ReadOnlySpan<int> positions, Batch batch)
    {
        if (NonFinite.First(batch.Input.Values) is not { } row) return;
        batch.Dispose();
        var position = row < positions.Length ? positions[row] : row;
        throw new ArgumentException($"Example {position} of the data set, counted from 0, holds NaN or infinite values: check the data.");
    }

    private BatchLoader Loader(IBatchSource source) => new(source, Options.BatchSize, Options.LoaderThreads);
}
