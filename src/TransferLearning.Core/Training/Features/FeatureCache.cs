using System.Diagnostics;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A data set seen from a stage of the model. Where inputs are the same in every epoch, what the frozen layers before
/// the stage make of them is computed once and kept in memory; else the stage stays that of the examples.
/// </summary>
internal sealed class FeatureCache(TransferModel model, IBatchSource examples, string dataName) : IDisposable
{
    private int _refusedStage;
    private FeatureStore? _store;
    private Rows? _rows;

    /// <summary>Where batches come from: the examples, or their features.</summary>
    public IBatchSource Source => _rows ?? examples;

    /// <summary>The stage that <see cref="Source"/>'s batches are the input of.</summary>
    public int Stage => Source.Stage;

    /// <summary>The stage of the examples themselves: above 0 where they are features.</summary>
    public int ExampleStage => examples.Stage;

    /// <summary>The features of all examples; null where they are not kept.</summary>
    public FeatureStore? Store => _store;

    /// <summary>Memory in use.</summary>
    public long Bytes => _store?.Bytes ?? 0;

    /// <summary>
    /// Moves to a stage. Gives a report where features were computed or did not fit into <paramref name="bytes"/>, else null.
    /// The modules before the stage must be in evaluation mode.
    /// </summary>
    /// <exception cref="ArgumentException">The examples are features of a later stage, whose layers are trained.</exception>
    public FeatureCacheReport? MoveTo(int stage, long bytes, BatchPlan plan)
    {
        if (stage < examples.Stage)
            throw new ArgumentException(
                $"The {dataName} set holds features of '{model.StageName(examples.Stage)}', and layers before it are trained: freeze "
                + "them, or give the examples themselves.");
        if (stage == Stage) return null;
        Clear();
        if (stage == examples.Stage || stage == _refusedStage || bytes == 0 || !examples.IsDeterministic) return null;
        _store = Compute(stage, bytes, plan, out var report);
        if (_store is null) _refusedStage = stage;
        else _rows = new Rows(examples, _store);
        return report;
    }

    /// <summary>
    /// Computes the features of a stage, which the caller owns; null where they take more memory or cannot be kept, as the report tells.
    /// </summary>
    public FeatureStore? Compute(int stage, long limit, BatchPlan plan, out FeatureCacheReport report)
    {
        var clock = Stopwatch.StartNew();
        using var _ = no_grad();
        var store = new FeatureStore(stage, examples.Count);
        var needed = 0L;
        try
        {
            foreach (var (positions, batch) in plan.Once(examples, TrainingPhase.CachingFeatures))
            {
                using var scope = NewDisposeScope();
                using (batch)
                {
                    var hidden = model.RunFrom(batch.Input.To(plan.Device), examples.Stage, stage);
                    if (needed == 0) needed = Estimate(hidden, positions.Length, stage);
                    var isKept = needed <= limit && store.Inputs.TryAdd(positions.Span, hidden)
                        && store.Targets.TryAdd(positions.Span, batch.Target);
                    needed = Math.Max(needed, store.Bytes);
                    if (isKept && needed <= limit) continue;
                    store.Dispose();
                    report = Report(0, needed);
                    return null;
                }
            }
        }
        catch
        {
            store.Dispose();
            throw;
        }
        report = Report(examples.Count, store.Bytes);
        return store;

        FeatureCacheReport Report(int count, long bytes) => new(dataName, model.StageName(stage), count, bytes, clock.Elapsed.TotalSeconds);
    }

    /// <summary>A sentence on features that are not kept.</summary>
    public string Refusal(FeatureCacheReport? report, long limit) => !examples.IsDeterministic
        ? "The training examples change from epoch to epoch (augmentation), and this sees each once: give it the set without "
        + "augmentation, or use a Trainer."
        : report is null || report.Bytes > limit
            ? $"The features of the training set take {report?.Bytes} bytes and FeatureCacheBytes allows {limit}: raise it, or use a "
            + "Trainer."
            : $"The features of '{report.Stage}' cannot be kept, since their padding is not on the right: pad on the right, or use a "
            + "Trainer.";

    public void Dispose() => Clear();

    /// <summary>Forgets what was kept: batches come from the examples again.</summary>
    public void Clear()
    {
        _store?.Dispose();
        (_store, _rows) = (null, null);
    }

    /// <summary>How much all examples will take, by the first batch, which is the longest.</summary>
    private long Estimate(TensorSet hidden, int count, int stage)
    {
        var values = hidden.Values;
        var bytes = values.numel() * values.element_size();
        var isSequence = stage < model.PooledStage && examples.Lengths is not null && values.dim() == 3;
        return isSequence
            ? bytes / count / values.shape[1] * examples.Lengths!.Sum(length => (long)length)
            : bytes / count * examples.Count;
    }

    /// <summary>Features in the place of their examples: batches are the same as without a cache.</summary>
    private sealed class Rows(IBatchSource examples, FeatureStore store) : IBatchSource
    {
        public int Count => examples.Count;

        public int Stage => store.Stage;

        public bool IsDeterministic => true;

        public IReadOnlyList<int>? Lengths => examples.Lengths;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch) => store.Gather(indices);
    }
}
