namespace TransferLearning;

/// <summary>A training run as strategies see it: its groups, its position, and the request to stop.</summary>
public sealed class TrainingSession : IDisposable
{
    private readonly List<EpochReport> _epochs = [];
    private readonly List<ModelSnapshot> _snapshots = [];
    private readonly IOptimizer _optimizer;
    private readonly GradientClipping? _clipping;
    private (TrainingGroup Group, ParameterGroup Parameters)[] _trained = [];

    internal TrainingSession(TransferModel model, TrainerOptions options, int stepsPerEpoch, bool hasValidation)
    {
        Model = model;
        Options = options;
        StepsPerEpoch = stepsPerEpoch;
        HasValidation = hasValidation;
        BackboneGroups = [.. model.Backbone.LayerGroups.Select(group => new TrainingGroup(group.Name, model.Backbone.Module, group.Owns))];
        Head = new TrainingGroup("head", model.Head, _ => true);
        _optimizer = options.Optimizer.Create();
        _clipping = options.ClipGradientNorm is null ? null : new GradientClipping();
    }

    /// <summary>The model that is trained.</summary>
    public TransferModel Model { get; }

    /// <summary>Options of the run.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The backbone's layer groups from the input to the output.</summary>
    public IReadOnlyList<TrainingGroup> BackboneGroups { get; }

    /// <summary>The head.</summary>
    public TrainingGroup Head { get; }

    /// <summary>Whether there is a validation set, so that <see cref="EpochReport.Evaluation"/> is not null.</summary>
    public bool HasValidation { get; }

    /// <summary>The current epoch, from 0.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Steps made so far in the whole run.</summary>
    public int Step { get; internal set; }

    /// <summary>Steps of one epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Steps of the whole run if nothing stops it.</summary>
    public int TotalSteps => StepsPerEpoch * Options.Epochs;

    /// <summary>The epochs done so far.</summary>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <summary>Epoch whose weights the model has, from 0; -1 before the first has ended.</summary>
    public int WeightsFromEpoch { get; private set; } = -1;

    /// <summary>Evaluation of the weights that the model has; null without a validation set.</summary>
    public Evaluation? Evaluation { get; private set; }

    /// <summary>Why training is to stop after this epoch; null while it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Asks to stop after the current epoch. The first reason given stands in the report.</summary>
    public void Stop(string reason) => StopReason ??= reason;

    /// <summary>Copies the model's weights as they are now. The caller disposes the snapshot; the end of the run does at the latest.</summary>
    public ModelSnapshot Capture()
    {
        var snapshot = new ModelSnapshot(AllGroups.SelectMany(group => group.State).Select(entry => entry.Value), WeightsFromEpoch, Evaluation);
        _snapshots.Add(snapshot);
        return snapshot;
    }

    /// <summary>Puts the weights of a snapshot of this run back into the model.</summary>
    public void Restore(ModelSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.CopyBack();
        (WeightsFromEpoch, Evaluation) = (snapshot.Epoch, snapshot.Evaluation);
    }

    /// <summary>Number of leading backbone groups that are frozen: what they compute does not change during the epoch.</summary>
    internal int FrozenPrefix => BackboneGroups.TakeWhile(group => group.IsFrozen).Count();

    internal IEnumerable<TrainingGroup> AllGroups => BackboneGroups.Append(Head);

    /// <summary>Makes the groups' settings true: modes, gradients, and what the optimizer updates.</summary>
    internal void EnterTraining()
    {
        foreach (var group in AllGroups)
        {
            group.EnterTrainingMode();
            foreach (var parameter in group.Parameters) parameter.requires_grad = !group.IsFrozen;
        }
        _trained = [.. AllGroups.Where(group => !group.IsFrozen).SelectMany(Parameters)];
        if (_trained.Length == 0) throw new InvalidOperationException("Every group is frozen, the head too: there is nothing to train.");
    }

    internal void EnterEvaluation() => Model.Eval();

    internal void ZeroGradients()
    {
        foreach (var (_, parameters) in _trained)
            foreach (var parameter in parameters.Parameters) parameter.grad = null;
    }

    /// <summary>Updates the weights from their gradients; gives the learning rate of a group with factor 1.</summary>
    internal double UpdateWeights(double factor)
    {
        var rate = Options.Optimizer.LearningRate * factor;
        foreach (var (group, parameters) in _trained) parameters.LearningRate = rate * group.LearningRateFactor;
        if (Options.ClipGradientNorm is { } limit) _clipping!.Clip(_trained.SelectMany(trained => trained.Parameters.Parameters), limit);
        _optimizer.Step(Array.ConvertAll(_trained, trained => trained.Parameters));
        Step++;
        return rate;
    }

    internal void Add(EpochReport epoch)
    {
        _epochs.Add(epoch);
        (WeightsFromEpoch, Evaluation) = (Epoch, epoch.Evaluation);
    }

    /// <summary>Disposes gradients, snapshots and the optimizer's history.</summary>
    public void Dispose()
    {
        foreach (var parameter in AllGroups.SelectMany(group => group.Parameters)) parameter.grad = null;
        foreach (var snapshot in _snapshots) snapshot.Dispose();
        _optimizer.Dispose();
        _clipping?.Dispose();
    }

    private IEnumerable<(TrainingGroup, ParameterGroup)> Parameters(TrainingGroup group) => group.Parameters
        .GroupBy(parameter => Options.Optimizer.DecaysVectors || parameter.dim() > 1)
        .Select(decays => (group, new ParameterGroup([.. decays]) { WeightDecay = decays.Key ? Options.Optimizer.WeightDecay : 0 }));
}
