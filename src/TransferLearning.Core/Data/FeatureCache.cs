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

    /// <summary>The features of all examples; null where the stage is the input.</summary>
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
        TensorRows? values = null, targets = null;
        foreach (var (positions, batch) in plan.Once(_examples, TrainingPhase.CachingFeatures))
        {
            using var scope = NewDisposeScope();
            using (batch)
            {
                var hidden = _model.RunTo(batch.Input.To(plan.Device), stage);
                var (features, target) = (hidden.Values.cpu().contiguous(), batch.Target.contiguous());
                if (values is null || targets is null)
                {
                    var needed = features.numel() / positions.Length * features.element_size() * _examples.Count;
                    if (hidden.Mask is not null || needed > limit)
                    {
                        _refusedStage = stage;
                        return new FeatureCacheReport(_dataName, _model.StageName(stage), 0, needed, clock.Elapsed.TotalSeconds);
                    }
                    _values = empty([_examples.Count, .. features.shape[1..]], dtype: features.dtype).DetachFromDisposeScope();
                    _targets = empty([_examples.Count, .. batch.Target.shape[1..]], dtype: batch.Target.dtype).DetachFromDisposeScope();
                    (values, targets) = (new TensorRows(_values), new TensorRows(_targets));
                }
                values.Set(positions.Span, features);
                targets.Set(positions.Span, target);
            }
        }
        (Source, Stage) = (new Rows(values!, targets!), stage);
        return new FeatureCacheReport(_dataName, _model.StageName(stage), _examples.Count, Bytes, clock.Elapsed.TotalSeconds);
    }

    private void Clear()
    {
        (Source, Stage) = (_examples, 0);
        _values?.Dispose();
        _targets?.Dispose();
        (_values, _targets) = (null, null);
    }

    private sealed class Rows(TensorRows values, TensorRows targets) : IBatchSource
    {
        public int Count => values.Count;

        public bool IsDeterministic => true;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch) => new(new ModelInput(values.Gather(indices)), targets.Gather(indices));
    }
}
