using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A training run as strategies see it: its groups, its position, and the request to stop.</summary>
public sealed partial class TrainingSession : IDisposable
{
    private readonly List<EpochReport> _epochs = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _batchesPerEpoch;
    private HashSet<string> _trainedNames = [];
    private double _secondsBefore;
    private (int Count, string? Checksum) _rest = (-1, null);

    internal TrainingSession(TransferModel model, TrainerOptions options, Device device, int batchesPerEpoch, bool hasValidation)
    {
        (Model, Options, HasValidation, Monitor, _batchesPerEpoch) = (model, options, hasValidation, options.Monitor, batchesPerEpoch);
        BackboneGroups = [
            .. model.Backbone.LayerGroups.Select(group => new TrainingGroup(this, group.Name, model.Backbone.Module, ModelState.Backbone, group.Owns))];
        Head = new TrainingGroup(this, "head", model.Head, ModelState.Head, _ => true);
        foreach (var adapter in model.Adapters) Take(adapter);
        CheckGroups();
        Loss = new LossMeter(device);
        Weights = new WeightUpdate(options);
    }

    /// <summary>The model that is trained.</summary>
    public TransferModel Model { get; }

    /// <summary>Options of the run.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The backbone's layer groups from the input to the output.</summary>
    public IReadOnlyList<TrainingGroup> BackboneGroups { get; }

    /// <summary>The head.</summary>
    public TrainingGroup Head { get; }

    /// <summary>The layer groups and the head.</summary>
    public IEnumerable<TrainingGroup> Groups => BackboneGroups.Append(Head);

    /// <summary>The numbers that the library's layers draw from: of the seed and the step alone.</summary>
    public RandomSource Random { get; } = new();

    /// <summary>Whether there is a validation set, so that <see cref="EpochReport.Evaluation"/> is not null.</summary>
    public bool HasValidation { get; }

    /// <summary>
    /// The number by which epochs are compared: that of the options, unless a strategy has set another in
    /// <see cref="IFineTuneStrategy.Prepare"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Two strategies want different ones.</exception>
    public string Monitor
    {
        get;
        set => field = value is null ? throw new ArgumentNullException(nameof(Monitor)) : field is null
            || field == value || field == Options.Monitor
            ? value : throw new ArgumentException($"Epochs are compared by '{field}' and by '{value}': a run goes by one number.");
    }

    /// <summary>
    /// How many batches give the gradients of one step; 1 by default. A strategy sets it in <see cref="IFineTuneStrategy.Prepare"/>.
    /// </summary>
    public int BatchesPerStep
    {
        get;
        set =>
            field = IsPreparing && value >= 1
                ? value
                : throw new InvalidOperationException($"BatchesPerStep is 1 or more and set in Prepare; got {value}.");
    } = 1;

    /// <summary>
    /// Epochs done so far: the index of the current one in <see cref="TrainerOptions.Epochs"/>, from 0. People are told epochs from 1, as
    /// in <see cref="EpochReport.Epoch"/>.
    /// </summary>
    public int Epoch { get; internal set; }

    /// <summary>Steps made so far in the whole run.</summary>
    public int Step { get; private set; }

    /// <summary>Steps of one epoch.</summary>
    public int StepsPerEpoch => (_batchesPerEpoch + BatchesPerStep - 1) / BatchesPerStep;

    /// <summary>Steps of the whole run if nothing stops it.</summary>
    public int TotalSteps => (int)Math.Min(int.MaxValue, (long)StepsPerEpoch * Options.Epochs);

    /// <summary>Wall time of the run, that before a resumption included.</summary>
    public TimeSpan Elapsed => TimeSpan.FromSeconds(_secondsBefore) + _clock.Elapsed;

    /// <summary>The epochs done so far.</summary>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <summary>Epoch whose weights the model has, counted from 1; 0 before the first has ended.</summary>
    public int WeightsFromEpoch { get; private set; }

    /// <summary>Evaluation of the weights that the model has; null without a validation set.</summary>
    public Evaluation? Evaluation { get; private set; }

    /// <summary>Why training is to stop; null while it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Asks to stop after the current epoch, or after the current step. The first reason given stands in the report.</summary>
    /// <param name="reason">Why, in a few words.</param>
    /// <param name="now">Whether the epoch ends with this step; it is measured as it stands. Default false.</param>
    public void Stop(string reason, bool now = false)
    {
        StopReason ??= reason;
        StopsNow |= now;
    }

    /// <summary>
    /// Keeps no features of frozen layers: a strategy needs the examples themselves. Called in <see cref="IFineTuneStrategy.Prepare"/>.
    /// </summary>
    /// <param name="reason">Who needs them, for messages.</param>
    public void RequireInputs(string reason) => InputsRequiredBy ??= reason;

    /// <summary>
    /// The training examples once, in the order of the data set, on the training device: for what a strategy computes after the last step
    /// of an epoch. The inputs are those of <see cref="Stage"/>. Dispose each batch.
    /// </summary>
    public IEnumerable<Batch> TrainingBatches() => Batches();

    /// <summary>
    /// The stage of the model that batches begin at in this epoch: 0 for the examples themselves, more for kept features of frozen layers.
    /// </summary>
    public int Stage { get; internal set; }

    /// <summary>Sets all gradients to none, for a second computation of the same batch.</summary>
    public void ZeroGradients() => Weights.ZeroGradients();

    /// <summary>Whether strategies are being prepared: what they freeze then is frozen for the run.</summary>
    internal bool IsPreparing { get; set; }

    internal bool StopsNow { get; private set; }

    internal string? InputsRequiredBy { get; private set; }

    /// <summary>Whether weights of frozen layers may be others than those that features were computed by.</summary>
    internal bool HasStaleFeatures { get; set; }

    /// <summary>The weights that are trained, and how they follow from gradients.</summary>
    internal WeightUpdate Weights { get; }

    /// <summary>Batches done in the current epoch.</summary>
    internal int EpochBatch { get; private set; }

    /// <summary>Training loss of the current epoch.</summary>
    internal LossMeter Loss { get; }

    /// <summary>Whether all epochs are done and every strategy has completed.</summary>
    internal bool IsComplete { get; set; }

    /// <summary>What was computed once so far.</summary>
    internal List<FeatureCacheReport> FeatureCaches { get; } = [];

    internal Func<IEnumerable<Batch>> Batches { get; set; } = () => [];

    /// <summary>What the first computation of each step is told to.</summary>
    internal Action<TrainingStep, double> Watch { get; set; } = (_, _) => { };

    /// <summary>Everything that training can change in the model, under the names of a saved model.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State => Groups.SelectMany(group => group.State);

    /// <summary>Names of what training has changed so far, or may have.</summary>
    internal HashSet<string> TouchedNames { get; } = [];

    internal IEnumerable<(string Name, Tensor Value)> Touched => State.Where(entry => TouchedNames.Contains(entry.Name));

    /// <summary>Checksum of the weights that training has not changed: computed anew only where there are fewer.</summary>
    internal string? ChecksumOfRest()
    {
        var rest = State.Where(entry => !TouchedNames.Contains(entry.Name)).Select(entry => KeyValuePair.Create(entry.Name, entry.Value))
            .ToList();
        if (rest.Count != _rest.Count) _rest = (rest.Count, rest.Count == 0 ? null : ModelState.Checksum(rest));
        return _rest.Checksum;
    }

    /// <summary>What training changes in this epoch.</summary>
    internal IEnumerable<(string Name, Tensor Value)> Trained => State.Where(entry => _trainedNames.Contains(entry.Name));

    /// <summary>Whether modules of the model may draw from torch's generator, which is then seeded too.</summary>
    internal bool DrawsFromTorch { get; set; }

    /// <summary>Sets what is drawn from to a state of the seed and the run's position alone.</summary>
    internal void SeedRandom()
    {
        Random.MoveTo(Options.Seed, BatchNumber);
        if (DrawsFromTorch) TorchGenerator.Seed(Options.Seed, BatchNumber);
    }

    /// <summary>Number of leading backbone groups that are frozen: what they compute does not change during the epoch.</summary>
    internal int FrozenPrefix => BackboneGroups.TakeWhile(group => group.IsFrozen).Count();

    /// <summary>The number of the batch in the run, whatever ended earlier epochs.</summary>
    internal long BatchNumber => (long)Epoch * _batchesPerEpoch + EpochBatch;

    internal bool IsLastBatch => EpochBatch == _batchesPerEpoch - 1;

    internal int BatchesPerEpoch => _batchesPerEpoch;

    /// <summary>Makes the groups' settings true: modes, gradients, and what the optimizer updates.</summary>
    internal void EnterTraining()
    {
        foreach (var group in Groups) group.EnterTraining();
        if (Groups.SelectMany(group => group.Parameters).All(parameter => parameter.IsFrozen))
            throw new InvalidOperationException("Every group is frozen, the head too: there is nothing to train.");
        _trainedNames = [.. Groups.SelectMany(group => group.Trained)];
        HashSet<string> added = [.. _trainedNames.Except(TouchedNames)];
        ExtendSnapshots(added);
        TouchedNames.UnionWith(added);
        Weights.Take(Groups);
        foreach (var module in Model.AllModules.OfType<IRandomModule>()) module.Random = Random;
    }

    internal void EnterEvaluation() => Model.Eval();

    /// <summary>Gives the model back as it was given: what its owner froze, and layers that draw from torch's generator again.</summary>
    internal void Leave()
    {
        EnterEvaluation();
        Model.TrainedNames.UnionWith(TouchedNames);
        foreach (var parameter in Groups.SelectMany(group => group.Parameters)) parameter.Apply(isRunning: false);
        foreach (var module in Model.AllModules.OfType<IRandomModule>()) module.Random = null;
    }

    internal void BatchDone(TrainingStep step)
    {
        if (step.MovesWeights)
        {
            Weights.Move(step.LearningRateFactor);
            Step++;
        }
        EpochBatch++;
    }

    internal void Add(EpochReport epoch)
    {
        _epochs.Add(epoch);
        (WeightsFromEpoch, Evaluation) = (epoch.Epoch, epoch.Evaluation);
    }

    internal void NextEpoch()
    {
        Epoch++;
        EpochBatch = 0;
        Loss.Reset();
    }

    /// <summary>What the optimizer remembers, by parameter.</summary>
    internal IEnumerable<(string Name, IReadOnlyDictionary<string, Tensor> History)> Histories() =>
        Parameters().Select(entry => (entry.Name, Weights.History(entry.Parameter)));

    /// <summary>A new optimizer with what another remembered of each parameter; empty for one that it has not met.</summary>
    internal void LoadHistories(Func<string, IReadOnlyDictionary<string, Tensor>> history) => Weights.LoadHistories(Parameters(), history);

    /// <summary>Disposes gradients, snapshots, what strategies keep and the optimizer's history.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in Parameters()) parameter.grad = null;
        foreach (var resource in _owned) resource.Dispose();
        Weights.Dispose();
        Loss.Dispose();
    }

    private void CheckGroups()
    {
        Dictionary<Parameter, string> groups = new(ReferenceEqualityComparer.Instance);
        foreach (var group in Groups)
            foreach (var parameter in group.Parameters)
                if (!groups.TryAdd(parameter.Parameter, group.Name))
                    throw new ArgumentException(
                        $"The parameter '{parameter.Name}' belongs to '{groups[parameter.Parameter]}' and to '{group.Name}', "
                        + "so it would be trained twice in each step. Give it to one layer group.");
    }

    private IEnumerable<(string Name, Parameter Parameter)> Parameters() =>
        Groups.SelectMany(group => group.Parameters).Select(parameter => (parameter.Name, parameter.Parameter));

    private Evaluation? EvaluationOf(int epoch) => epoch == 0 ? null : _epochs[epoch - 1].Evaluation;
}
