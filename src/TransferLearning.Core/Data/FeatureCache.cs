using System.Diagnostics;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A data set seen from a stage of the model. Where inputs are the same in every epoch, what the frozen layers before
/// the stage make of them is computed once and kept in memory; else the stage stays the input.
/// </summary>
internal sealed class FeatureCache : IDisposable
{
    private readonly TransferModel _model;
    private readonly IBatchSource _examples;
    private readonly string _dataName;
    private int _refusedStage;
    private Tensor? _values;
    private Tensor? _targets;

    public FeatureCache(TransferModel model, IBatchSource examples, string dataName) =>
        (_model, _examples, Source, _dataName) = (model, examples, examples, dataName);

    /// <summary>Where batches come from: the examples, or their features.</summary>
    public IBatchSource Source { get; private set; }

    /// <summary>The stage whose outputs <see cref="Source"/> gives; 0 for the examples themselves.</summary>
    public int Stage { get; private set; }

    /// <summary>The features of all examples, sequences one after the other; null where the stage is the input.</summary>
    public Tensor? Values => _values;

    /// <summary>The targets of all examples; null where the stage is the input.</summary>
    public Tensor? Targets => _targets;

    /// <summary>Memory in use.</summary>
    public long Bytes => _values is null ? 0 : _values.numel() * _values.element_size();

    /// <summary>
    /// Moves to a stage. Gives a report where features were computed or did not fit into <paramref name="bytes"/>, else null.
    /// The modules before the stage must be in evaluation mode.
    /// </summary>
    public FeatureCacheReport? MoveTo(int stage, long bytes, BatchPlan plan)
    {
        if (stage == Stage) return null;
        Clear();
        return stage == 0 || stage == _refusedStage || bytes == 0 || !_examples.IsDeterministic ? null : Fill(stage, bytes, plan);
    }

    public void Dispose() => Clear();

    private FeatureCacheReport Fill(int stage, long limit, BatchPlan plan)
    {
        var clock = Stopwatch.StartNew();
        using var _ = no_grad();
        // Vectors are all of one size; what comes before them is as long as its example.
        var lengths = stage == _model.PooledStage ? null : _examples.Lengths;
        IFeatureRows? values = null, targets = null;
        var needed = 0L;
        foreach (var (positions, batch) in plan.Once(_examples, TrainingPhase.CachingFeatures))
        {
            using var scope = NewDisposeScope();
            using (batch)
            {
                var hidden = _model.RunTo(batch.Input.To(plan.Device), stage);
                if (values is null || targets is null)
                {
                    var (features, isRagged) = (hidden.Values, lengths is not null && hidden.Values.dim() == 3);
                    long[] shape = isRagged ? [lengths!.Sum(length => (long)length) + 1, features.shape[2]] : [_examples.Count, .. features.shape[1..]];
                    needed = shape.Aggregate((a, b) => a * b) * features.element_size();
                    if (needed > limit) return Refuse();
                    _values = empty(shape, dtype: features.dtype).DetachFromDisposeScope();
                    _targets = empty([_examples.Count, .. batch.Target.shape[1..]], dtype: batch.Target.dtype).DetachFromDisposeScope();
                    (values, targets) = (isRagged ? new RaggedRows(_values, lengths!) : new FixedRows(_values), new FixedRows(_targets));
                }
                // Rows keep values and masks alone.
                if (hidden.Names.Count > 2 || !values.TrySet(positions.Span, hidden) || !targets.TrySet(positions.Span, new TensorSet(batch.Target))) return Refuse();
            }
        }
        (Source, Stage) = (new Rows(_examples, values!, targets!), stage);
        return new FeatureCacheReport(_dataName, _model.StageName(stage), _examples.Count, Bytes, clock.Elapsed.TotalSeconds);

        FeatureCacheReport Refuse()
        {
            Clear();
            _refusedStage = stage;
            return new FeatureCacheReport(_dataName, _model.StageName(stage), 0, needed, clock.Elapsed.TotalSeconds);
        }
    }

    private void Clear()
    {
        (Source, Stage) = (_examples, 0);
        _values?.Dispose();
        _targets?.Dispose();
        (_values, _targets) = (null, null);
    }

    /// <summary>Features in the place of their examples: batches are the same as without a cache.</summary>
    private sealed class Rows(IBatchSource examples, IFeatureRows values, IFeatureRows targets) : IBatchSource
    {
        public int Count => examples.Count;

        public bool IsDeterministic => true;

        public IReadOnlyList<int>? Lengths => examples.Lengths;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch) => new(values.Gather(indices), targets.Gather(indices).Values);
    }
}
