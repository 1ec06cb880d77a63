using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// What the frozen first layers of a model make of a data set, computed once and kept in memory: a data set itself, to fit heads on, to cut
/// into folds, and to train on with several seeds. Its batches begin at <see cref="Stage"/>, so it serves models with the same layers
/// before it.
/// </summary>
/// <remarks>Owns the features; its subsets borrow them. Dispose it after them.</remarks>
public sealed class FeatureSet : IDataset<FeatureSet>, IDisposable
{
    private readonly FeatureStore _store;
    private readonly int[]? _positions;
    private readonly InputSpec? _input;
    private readonly IReadOnlyList<int>? _lengths;

    internal FeatureSet(
        FeatureStore store, Targets targets, InputSpec? input, IReadOnlyList<int>? lengths, uint checksum, int[]? positions = null) =>
        (_store, Targets, _input, _lengths, Checksum, _positions) = (store, targets, input, lengths, checksum, positions);

    /// <inheritdoc/>
    public int Count => _positions?.Length ?? _store.Count;

    /// <inheritdoc/>
    public Targets Targets { get; }

    /// <inheritdoc/>
    public uint Checksum { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SkippedItem> Skipped { get; private init; } = [];

    /// <summary>
    /// The stage of the model that the features are the input of: that many layer groups lie before it, or all and the pooling.
    /// </summary>
    public int Stage => _store.Stage;

    /// <summary>Memory in use.</summary>
    public long Bytes => _store.Bytes;

    /// <summary>The features of these examples, such as pooled vectors <c>[N, D]</c>; all by default. The caller owns them.</summary>
    public TensorSet Features(IReadOnlyList<int>? indices = null)
    {
        indices ??= [.. Enumerable.Range(0, Count)];
        Positions.Check(indices, Count);
        return _store.Inputs.Gather([.. indices.Select(PositionOf)]);
    }

    /// <summary>Computes what a model's head reads of each example, or what comes out of the layers before a stage.</summary>
    /// <param name="model">The model; it is left in evaluation mode, on the device.</param>
    /// <param name="dataset">The examples, the same in every epoch.</param>
    /// <param name="stage">The stage, from 0 (the input) to the number of layer groups, and one more for what the head reads. Null
    /// (default): that.</param>
    /// <param name="options">Batch size, loader threads, device and most memory (<see cref="TrainerOptions.FeatureCacheBytes"/>); null: the
    /// defaults.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>The features; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The data set is augmented, its features do not fit into memory, or they cannot be kept; the
    /// message says which.</exception>
    /// <exception cref="InvalidOperationException">A run on another thread trains the same backbone.</exception>
    public static FeatureSet Compute(
        TransferModel model, IDataset dataset, int? stage = null, TrainerOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        if (stage is < 0 || stage > model.PooledStage)
            throw new ArgumentOutOfRangeException(nameof(stage), stage, $"The model has the stages 0 to {model.PooledStage}.");
        options ??= new TrainerOptions();
        options.Validate();
        using var use = BackboneUse.Of(model.Backbone).Measure();
        using var run = new RunData(model, dataset, null, options, progress, cancellationToken);
        model.Eval();
        FeatureCacheReport? report = null;
        var store = run.Train.Source.IsDeterministic
            ? run.Train.Compute(stage ?? model.PooledStage, options.FeatureCacheBytes, run.Plan, out report)
            : null;
        if (store is null) throw new ArgumentException(run.Train.Refusal(report, options.FeatureCacheBytes));
        return new FeatureSet(store, dataset.Targets, model.Backbone.Info.Input, run.Train.Source.Lengths,
            dataset.Checksum) { Skipped = dataset.Skipped };
    }

    /// <inheritdoc/>
    public FeatureSet Subset(IReadOnlyList<int> indices)
    {
        Positions.Check(indices, Count);
        return new FeatureSet(
            _store, Targets.Subset(indices), _input, _lengths is null ? null : [.. indices.Select(i => _lengths[i])],
            Crc32.Append(Checksum, MemoryMarshal.AsBytes<int>(indices.ToArray())), [.. indices.Select(PositionOf)]) { Skipped = Skipped };
    }

    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => (input is null ? _input is null : input.Equals(_input))
        ? new Source(this)
        : throw new ArgumentException(
            "The features were computed of another kind of input, or with other settings of it: compute them again with this "
            + "backbone.", nameof(input));

    /// <summary>Disposes the features.</summary>
    public void Dispose()
    {
        if (_positions is null) _store.Dispose();
    }

    private int PositionOf(int index) => _positions is null ? index : _positions[index];

    private sealed class Source(FeatureSet features) : IBatchSource
    {
        public int Count => features.Count;

        public int Stage => features.Stage;

        public bool IsDeterministic => true;

        // So that batches are the same as with a cache.
        public IReadOnlyList<int>? Lengths => features._lengths;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            Positions.Check(indices, Count);
            var rows = new int[indices.Length];
            for (var i = 0; i < rows.Length; i++) rows[i] = features.PositionOf(indices[i]);
            return features._store.Gather(rows);
        }
    }
}
