using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A training run as strategies see it: its groups, its position, and the request to stop.</summary>
public sealed class TrainingSession : IDisposable
{
    private readonly List<EpochReport> _epochs = [];
    private readonly List<ModelSnapshot> _snapshots = [];
    private IOptimizer _optimizer;
    private readonly GradientClipping? _clipping;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _secondsBefore;
    private (TrainingGroup Group, ParameterGroup Parameters)[] _trained = [];

    internal TrainingSession(TransferModel model, TrainerOptions options, Device device, int stepsPerEpoch, bool hasValidation)
    {
        Model = model;
        Options = options;
        StepsPerEpoch = stepsPerEpoch;
        HasValidation = hasValidation;
        BackboneGroups = [.. model.Backbone.LayerGroups.Select(group => new TrainingGroup(group.Name, model.Backbone.Module, group.Owns))];
        Head = new TrainingGroup("head", model.Head, _ => true);
        CheckGroups();
        Loss = new LossMeter(device);
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
    public int Step { get; private set; }

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
    public ModelSnapshot Capture() => Snapshot((_, now) => now, WeightsFromEpoch, Evaluation);

    /// <summary>Puts the weights of a snapshot of this run back into the model.</summary>
    public void Restore(ModelSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.CopyBack();
        Model.Backbone.Module.NotifyWeightsChanged();
        Model.Head.NotifyWeightsChanged();
        (WeightsFromEpoch, Evaluation) = (snapshot.Epoch, snapshot.Evaluation);
    }

    /// <summary>Steps made so far in the current epoch.</summary>
    internal int EpochStep { get; private set; }

    /// <summary>Training loss of the current epoch.</summary>
    internal LossMeter Loss { get; }

    /// <summary>Learning rate of the last step, of a group with factor 1.</summary>
    internal double LearningRate { get; private set; } = double.NaN;

    /// <summary>Whether all epochs are done and every strategy has completed.</summary>
    internal bool IsComplete { get; set; }

    /// <summary>What was computed once so far.</summary>
    internal List<FeatureCacheReport> FeatureCaches { get; } = [];

    /// <summary>Wall time of the run, that before a resumption included.</summary>
    internal double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    /// <summary>Everything that training can change in the model, under the names of a saved model.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State =>
        BackboneGroups.SelectMany(group => group.State).Select(entry => ($"{ModelArtefact.BackbonePrefix}{entry.Name}", entry.Value))
            .Concat(Head.State.Select(entry => ($"{ModelArtefact.HeadPrefix}{entry.Name}", entry.Value)));

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

    /// <summary>
    /// Sets torch's generator to a state that depends on the seed and the step alone: dropout is the same whether the run comes here
    /// without a break or from a checkpoint.
    /// </summary>
    internal void SeedGenerator() => manual_seed((long)(new SplitMix64(unchecked((ulong)Options.Seed), (ulong)Step).NextUInt64() >> 1)).Dispose();

    /// <summary>Updates the weights from their gradients.</summary>
    internal void UpdateWeights(double factor)
    {
        LearningRate = Options.Optimizer.LearningRate * factor;
        foreach (var (group, parameters) in _trained) parameters.LearningRate = LearningRate * group.LearningRateFactor;
        if (Options.ClipGradientNorm is { } limit) _clipping!.Clip(_trained.SelectMany(trained => trained.Parameters.Parameters), limit);
        _optimizer.Step(Array.ConvertAll(_trained, trained => trained.Parameters));
        Step++;
        EpochStep++;
    }

    internal void Add(EpochReport epoch)
    {
        _epochs.Add(epoch);
        (WeightsFromEpoch, Evaluation) = (Epoch, epoch.Evaluation);
    }

    internal void NextEpoch()
    {
        Epoch++;
        EpochStep = 0;
        Loss.Reset();
    }

    /// <summary>Where the run stands, beside weights and histories.</summary>
    internal RunState Position() => new()
    {
        Epoch = Epoch, EpochStep = EpochStep, Step = Step,
        LossSum = Loss.Sum, LossWeight = Loss.Weight, LearningRate = LearningRate,
        Epochs = _epochs, WeightsFromEpoch = WeightsFromEpoch, StopReason = StopReason, IsComplete = IsComplete,
        Groups = [.. AllGroups.Select(group => new GroupState(group.IsFrozen, group.KeepsStatistics, group.LearningRateFactor))],
        FeatureCaches = FeatureCaches, Seconds = Seconds,
    };

    /// <summary>Goes on from there; weights and histories are loaded already.</summary>
    internal void GoTo(RunState position)
    {
        (Epoch, EpochStep, Step, LearningRate) = (position.Epoch, position.EpochStep, position.Step, position.LearningRate);
        Loss.Reset(position.LossSum, position.LossWeight);
        _epochs.Clear();
        _epochs.AddRange(position.Epochs);
        (WeightsFromEpoch, Evaluation) = (position.WeightsFromEpoch, EvaluationOf(position.WeightsFromEpoch));
        (StopReason, IsComplete, _secondsBefore) = (position.StopReason, position.IsComplete, position.Seconds);
        foreach (var (group, saved) in AllGroups.Zip(position.Groups))
            (group.IsFrozen, group.KeepsStatistics, group.LearningRateFactor) = (saved.IsFrozen, saved.KeepsStatistics, saved.LearningRateFactor);
        FeatureCaches.Clear();
        FeatureCaches.AddRange(position.FeatureCaches);
    }

    /// <summary>Whether a run like this one can stand there.</summary>
    internal bool Fits(RunState position) =>
        position.Epoch >= 0 && position.Epoch <= Options.Epochs && position.EpochStep >= 0 && position.EpochStep <= StepsPerEpoch
        && position.Step == (long)position.Epoch * StepsPerEpoch + position.EpochStep && position.LossWeight >= 0
        && position.Epochs.Count == position.Epoch && position.Epochs.All(epoch => epoch is not null && epoch.Evaluation is not null == HasValidation)
        && position.WeightsFromEpoch >= -1 && position.WeightsFromEpoch < position.Epoch
        && position.Groups.Count == AllGroups.Count() && position.Groups.All(group => group is not null)
        && position.FeatureCaches.All(cache => cache is not null);

    /// <summary>A snapshot of saved values, of which <paramref name="value"/> gives the one of each name.</summary>
    internal ModelSnapshot Snapshot(Func<string, Tensor, Tensor> value, int epoch) => Snapshot(value, epoch, EvaluationOf(epoch));

    /// <summary>What the optimizer remembers, by parameter.</summary>
    internal IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> History)> Histories() => Parameters().Select(entry => (entry.Name, _optimizer.Save(entry.Parameter)));

    /// <summary>A new optimizer with what another remembered of each parameter; empty for one that it has not met.</summary>
    internal void LoadHistories(Func<string, IReadOnlyDictionary<string, Tensor>> history)
    {
        _optimizer.Dispose();
        _optimizer = Options.Optimizer.Create();
        foreach (var (name, parameter) in Parameters())
            if (history(name) is { Count: > 0 } saved) _optimizer.Load(parameter, saved);
    }

    /// <summary>Disposes gradients, snapshots and the optimizer's history.</summary>
    public void Dispose()
    {
        foreach (var parameter in AllGroups.SelectMany(group => group.Parameters)) parameter.grad = null;
        foreach (var snapshot in _snapshots) snapshot.Dispose();
        _optimizer.Dispose();
        _clipping?.Dispose();
        Loss.Dispose();
    }

    private void CheckGroups()
    {
        Dictionary<Parameter, string> groups = new(ReferenceEqualityComparer.Instance);
        foreach (var group in AllGroups)
            foreach (var (name, value) in group.State)
                if (value is Parameter parameter && !groups.TryAdd(parameter, group.Name))
                    throw new ArgumentException($"The parameter '{name}' belongs to '{groups[parameter]}' and to '{group.Name}', so it would be trained twice in each step. Give it to one layer group.");
    }

    private IEnumerable<(string Name, Parameter Parameter)> Parameters() =>
        State.Where(entry => entry.Value is Parameter).Select(entry => (entry.Name, (Parameter)entry.Value));

    private Evaluation? EvaluationOf(int epoch) => epoch < 0 ? null : _epochs[epoch].Evaluation;

    private ModelSnapshot Snapshot(Func<string, Tensor, Tensor> value, int epoch, Evaluation? evaluation)
    {
        var snapshot = new ModelSnapshot(State, value, epoch, evaluation);
        _snapshots.Add(snapshot);
        return snapshot;
    }

    private IEnumerable<(TrainingGroup, ParameterGroup)> Parameters(TrainingGroup group) => group.Parameters
        .GroupBy(parameter => Options.Optimizer.DecaysVectors || parameter.dim() > 1)
        .Select(decays => (group, new ParameterGroup([.. decays]) { WeightDecay = decays.Key ? Options.Optimizer.WeightDecay : 0 }));
}
