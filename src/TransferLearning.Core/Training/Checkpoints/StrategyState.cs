using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What a strategy remembers, by names of its own: numbers, tensors and snapshots that a checkpoint keeps.</summary>
public sealed class StrategyState
{
    private readonly Func<string, ModelSnapshot?> _snapshot;

    internal StrategyState(
        IReadOnlyDictionary<string, double>? numbers = null,
        IReadOnlyDictionary<string, Tensor>? tensors = null,
        Func<string, ModelSnapshot?>? snapshot = null)
    {
        foreach (var (name, value) in numbers ?? new Dictionary<string, double>()) Numbers.Add(name, value);
        foreach (var (name, value) in tensors ?? new Dictionary<string, Tensor>()) Tensors.Add(name, value);
        _snapshot = snapshot ?? (_ => null);
    }

    /// <summary>Numbers, to the last bit; infinite and NaN as well.</summary>
    public IDictionary<string, double> Numbers { get; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>
    /// Tensors. Those that a strategy saves are borrowed and stay its own; those that it is given belong to the run and are disposed
    /// after <see cref="IFineTuneStrategy.Load"/>: it copies what it needs.
    /// </summary>
    public IDictionary<string, Tensor> Tensors { get; } = new Dictionary<string, Tensor>(StringComparer.Ordinal);

    internal Dictionary<string, ModelSnapshot> Snapshots { get; } = new(StringComparer.Ordinal);

    /// <summary>Saves a snapshot, which stays the strategy's own; null saves none.</summary>
    public void Save(string name, ModelSnapshot? snapshot)
    {
        if (snapshot is not null) Snapshots[name] = snapshot;
    }

    /// <summary>
    /// The snapshot that was saved under that name; null where there was none. The caller disposes it, as one of
    /// <see cref="TrainingSession.Capture"/>.
    /// </summary>
    public ModelSnapshot? Snapshot(string name) => _snapshot(name);
}
