using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A layer group of the backbone, or the head, in a training run: what strategies freeze and steer.</summary>
public sealed class TrainingGroup
{
    private readonly TrainingSession _session;
    private readonly nn.Module[] _modules;
    private readonly List<TrainingParameter> _parameters = [];
    private readonly List<(string Name, Tensor Value)> _buffers = [];
    private readonly List<nn.Module> _adapters = [];
    private int _frozenInEpoch = -1;
    private bool _isFrozenForRun;

    internal TrainingGroup(TrainingSession session, string name, nn.Module module, string prefix, Func<string, bool> owns)
    {
        (_session, Name) = (session, name);
        _modules = [.. module.named_modules().Where(child => owns(child.name)).Select(child => child.module)];
        if (owns("")) _modules = [module, .. _modules];
        Add(module, prefix, owns);
    }

    /// <summary>Name of the layer group; <c>"head"</c> for the head.</summary>
    public string Name { get; }

    /// <summary>The group's parameters, those of adapters in it too.</summary>
    public IReadOnlyList<TrainingParameter> Parameters => _parameters;

    /// <summary>
    /// Whether the group is left as it is in this epoch, so that what it computes does not change: none of its parameters is trained, and
    /// all its modules are in evaluation mode.
    /// </summary>
    public bool IsFrozen =>
        _isFrozenForRun || _frozenInEpoch == _session.Epoch || _parameters.Count > 0
            && _parameters.TrueForAll(parameter => parameter.IsFrozen);

    /// <summary>Whether batch norm stays in evaluation mode while the group is trained.</summary>
    public bool KeepsStatistics { get; set; }

    /// <summary>What the learning rate is multiplied by for this group. Default 1.</summary>
    public double LearningRateFactor { get; set; } = 1;

    /// <summary>
    /// Freezes the group and every parameter in it, for the run or the epoch: see <see cref="TrainingParameter.Freeze"/>.
    /// </summary>
    public void Freeze()
    {
        if (_session.IsPreparing) _isFrozenForRun = true;
        else _frozenInEpoch = _session.Epoch;
        foreach (var parameter in _parameters) parameter.Freeze();
    }

    /// <summary>Parameters and buffers under the names of a saved model.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State =>
        _parameters.Select(parameter => (parameter.Name, (Tensor)parameter.Parameter)).Concat(_buffers);

    /// <summary>What training changes in this epoch.</summary>
    internal IEnumerable<string> Trained =>
        IsFrozen
            ? []
            : _parameters.Where(parameter => !parameter.IsFrozen).Select(parameter => parameter.Name)
                .Concat(_buffers.Select(buffer => buffer.Name));

    /// <summary>Takes over the layer of an adapter that sits in this group.</summary>
    internal void Add(nn.Module adapter, string prefix)
    {
        _adapters.Add(adapter);
        Add(adapter, prefix, _ => true);
    }

    /// <summary>
    /// Puts the modules into the mode of training, as far as the group is not frozen, and the parameters in or out of the graph.
    /// </summary>
    internal void EnterTraining()
    {
        var isTrained = !IsFrozen;
        foreach (var module in _modules) module.train(isTrained && !(KeepsStatistics && HasStatistics(module)));
        foreach (var adapter in _adapters) adapter.train(isTrained);
        foreach (var parameter in _parameters) parameter.Apply(isRunning: true);
    }

    /// <summary>Whether it is a batch norm, of whatever class: it keeps running statistics itself.</summary>
    private static bool HasStatistics(nn.Module module) =>
        module.named_buffers(recurse: false).Any(buffer => buffer.name == "running_mean");

    private void Add(nn.Module module, string prefix, Func<string, bool> owns)
    {
        _parameters.AddRange(
            module.named_parameters().Where(entry => owns(entry.name)).Select(entry => new TrainingParameter(_session, prefix + entry.name, entry.parameter)));
        _buffers.AddRange(
            module.named_buffers(include_nonpersistent: false).Where(entry => owns(entry.name)).Select(entry => (prefix + entry.name, entry.buffer)));
    }
}
