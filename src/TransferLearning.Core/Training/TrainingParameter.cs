using TorchSharp.Modules;

namespace TransferLearning;

/// <summary>A parameter of the model in a training run.</summary>
public sealed class TrainingParameter
{
    private readonly TrainingSession _session;
    private readonly bool _isFrozenByOwner;
    private int _frozenInEpoch = -1;
    private bool _isFrozenForRun;

    internal TrainingParameter(TrainingSession session, string name, Parameter parameter) =>
        (_session, Name, Parameter, _isFrozenByOwner) = (session, name, parameter, !parameter.requires_grad);

    /// <summary>Its name in a saved model: <c>"backbone.layer1.0.conv1.weight"</c>.</summary>
    public string Name { get; }

    /// <summary>The parameter, owned by its module.</summary>
    public Parameter Parameter { get; }

    /// <summary>
    /// Whether it stays as it is in this epoch: who made the model has set <c>requires_grad</c> to false, or any strategy has frozen it.
    /// </summary>
    public bool IsFrozen => _isFrozenByOwner || _isFrozenForRun || _frozenInEpoch == _session.Epoch;

    /// <summary>What the learning rate is multiplied by for this parameter, beside its group's factor. Default 1.</summary>
    public double LearningRateFactor { get; set; } = 1;

    /// <summary>
    /// Leaves it as it is: called in <see cref="IFineTuneStrategy.Prepare"/> for the whole run, in
    /// <see cref="IFineTuneStrategy.BeforeEpoch"/> for that epoch. What one strategy freezes no other sets free.
    /// </summary>
    public void Freeze()
    {
        if (_session.IsPreparing) _isFrozenForRun = true;
        else _frozenInEpoch = _session.Epoch;
    }

    /// <summary>Makes it true for torch, or gives it back as it was.</summary>
    internal void Apply(bool isRunning) => Parameter.requires_grad = isRunning ? !IsFrozen : !_isFrozenByOwner;
}
