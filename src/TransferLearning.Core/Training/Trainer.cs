using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Fine-tunes a model: epochs of forward, loss, backward and step, with a validation after each. What is frozen, how the
/// learning rate moves and when to stop is up to the strategies, which it composes in the order given.
/// </summary>
/// <param name="options">Options of the run.</param>
/// <param name="strategies">Strategies in the order in which they act; none: every weight is trained at a constant rate.</param>
public sealed partial class Trainer(TrainerOptions options, params IFineTuneStrategy[] strategies)
{
    // Reading the loss waits for a GPU; on the CPU it is free.
    private const int StepsBetweenReadsOnGpu = 16;

    // Rare enough that it costs less than a hundredth of the time.
    private static readonly TimeSpan BetweenReleases = TimeSpan.FromSeconds(5);

    /// <summary>Options of the run.</summary>
    public TrainerOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>The strategies in the order in which they act.</summary>
    public IReadOnlyList<IFineTuneStrategy> Strategies { get; } = NoNulls.Checked(strategies, nameof(strategies));

    /// <summary>Receives a line for each epoch, cache and warning. Default: none.</summary>
    public ILogger Logger { get; init => field = value ?? throw new ArgumentNullException(nameof(Logger)); } = NullLogger.Instance;

    /// <summary>
    /// Trains the model in place and leaves it in evaluation mode, on the training device. Features of frozen layers are
    /// computed once where the inputs are the same in every epoch. With <see cref="TrainerOptions.Checkpoints"/> the run can be
    /// killed at any moment and go on later, to the same weights. Runs in several threads train models of their own: what shares the
    /// backbone is refused meanwhile.
    /// </summary>
    /// <param name="model">The model; its labels must be the data sets' class names.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples to measure by after every epoch; null: none.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps, after a last checkpoint; the model keeps the weights that it
    /// has.</param>
    /// <returns>What was done and reached.</returns>
    /// <exception cref="ArgumentException">An option, a data set or a label does not fit; the message says which and how to mend
    /// it.</exception>
    /// <exception cref="InvalidOperationException">Another run trains or measures the same backbone.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation, such as on images of another size or
    /// type than the backbone reads; the message is torch's.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; with checkpoints the message says how to go on.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written, or another run has the folder; earlier checkpoints are
    /// intact.</exception>
    /// <exception cref="WeightFormatException">There are checkpoints to go on from and none can be read.</exception>
    public TrainingReport Fit(
        TransferModel model,
        IDataset train,
        IDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        Options.Validate();
        var sinceRelease = Stopwatch.StartNew();
        using var use = BackboneUse.Of(model.Backbone).Train();
        using var data = new RunData(model, train, validation, Options, progress, cancellationToken);
        foreach (var warning in data.Warnings) Logger.Warn(warning);
        var plan = data.Plan;
        using var session = new TrainingSession(model, Options, plan.Device, plan.Batches(data.Train.Source), validation is not null);
        using var generator = TorchGenerator.BorrowFor(model);
        session.DrawsFromTorch = generator is not null;
        using var checkpoints = Options.Checkpoints is { } where
            ? new CheckpointFolder(where, session, Strategies, RunDescription.Of(session, Strategies, train, validation), Report, Logger) : null;
        try
        {
            Prepare(session);
            checkpoints?.Resume();
            model.TrainingSummary = null;
            while (session.Epoch < Options.Epochs && (session.StopReason is null || session.EpochBatch > 0))
            {
                var epochClock = Stopwatch.StartNew();
                plan.Epoch = session.Epoch;
                foreach (var strategy in Strategies) strategy.BeforeEpoch(session);
                session.EnterTraining();
                MoveCaches(session, data);

                TrainEpoch(session, data, generator, checkpoints);
                // A run that goes on from here draws the same.
                session.SeedRandom();
                foreach (var strategy in Strategies) strategy.BeforeEvaluation(session);
                session.EnterEvaluation();
                var evaluation = data.Validation is null ? null : Evaluate(model, data.Validation, plan);
                if (evaluation is { Loss: double.NaN }) Divergence.CheckWeights(session);

                var epoch = new EpochReport(
                    session.Epoch + 1, session.Loss.Mean(), evaluation, session.Weights.LearningRate, epochClock.Elapsed.TotalSeconds);
                session.Add(epoch);
                checkpoints?.RememberBest();
                Logger.EpochCompleted(
                    epoch.Epoch, Options.Epochs, epoch.TrainLoss, evaluation?.Loss, evaluation?.Primary.Value, epoch.Seconds);
                foreach (var strategy in Strategies) strategy.AfterEpoch(session, epoch);
                session.NextEpoch();
                progress?.Report(
                    new TrainingProgress(TrainingPhase.EpochCompleted, epoch.Epoch, Options.Epochs, 0, 0, epoch.TrainLoss, epoch.LearningRate) { Completed = epoch });
                checkpoints?.WriteIfDue();
                if (sinceRelease.Elapsed > BetweenReleases)
                {
                    NativeAllocator.ReleaseHoles();
                    sinceRelease.Restart();
                }
            }
            if (!session.IsComplete)
            {
                foreach (var strategy in Strategies) strategy.Complete(session);
                Divergence.CheckWeights(session);
                session.IsComplete = true;
                checkpoints?.Write();
            }
        }
        // A strategy that cancels after an epoch leaves the run between two epochs: the checkpoint before stands.
        catch (
            OperationCanceledException cancelled) when (
                checkpoints is not null && cancellationToken.IsCancellationRequested && session.Epochs.Count == session.Epoch)
        {
            checkpoints.Write();
            throw new OperationCanceledException(
                $"The run was stopped in epoch {session.Epoch + 1}, after {session.Step} steps. "
                + $"Its state is in '{Options.Checkpoints!.Folder}': resume to go on.",
                cancelled, cancelled.CancellationToken);
        }
        finally
        {
            session.Leave();
        }
        if (generator?.Remark is { } remark) data.Warn(remark);
        var report = Report();
        model.TrainingSummary = report.Summary;
        return report;

        TrainingReport Report() => TrainingReport.Of(session, Strategies, train.Count, validation?.Count ?? 0, data.Warnings, plan.Device);
    }

    private void Prepare(TrainingSession session)
    {
        if (Strategies.Where(strategy => strategy.Decides is not null).GroupBy(strategy => strategy.Decides).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException(
                $"{twice.Key} is decided by {string.Join(" and by ", twice.Select(strategy => $"'{strategy.Description}'"))}: leave "
                + "one out.");
        session.IsPreparing = true;
        foreach (var strategy in Strategies) strategy.Prepare(session);
        session.IsPreparing = false;
        if (session.Monitor == Evaluation.LossName) return;
        if (!session.HasValidation)
            throw new ArgumentException(
                $"Epochs are to be compared by '{session.Monitor}', and there is no validation set to measure it on: pass one to Fit, "
                + "or leave Monitor as it is.");
        var (metrics, labels) = (session.Model.Replacer.Metrics, session.Model.Labels);
        string[] names = [
            .. metrics.SelectMany(metric => metric.Start(labels).Compute().Values).Select(value => value.Name), Evaluation.LossName];
        if (!names.Contains(session.Monitor))
            throw new ArgumentException(
                $"Epochs are to be compared by '{session.Monitor}', which is not measured.{NearestName.Hint(session.Monitor, names)} "
                + $"There are: {string.Join(", ", names)}.");
    }

    private void TrainEpoch(TrainingSession session, RunData data, TorchGenerator? generator, CheckpointFolder? checkpoints)
    {
        var plan = data.Plan;
        session.Stage = data.Train.Stage;
        session.Batches = () => plan.Once(data.Train.Source, TrainingPhase.Validating).Select(batch => batch.Batch.To(plan.Device));
        // Where it was stopped and killed before the validation.
        if (session.StopsNow) return;
        var readEvery = plan.Device.type == DeviceType.CPU ? 1 : StepsBetweenReadsOnGpu;
        var mean = double.NaN;
        session.Watch = (step, weight) =>
        {
            session.Loss.Add(step.Loss, weight);
            var number = session.EpochBatch + 1;
            if (number % readEvery != 0 && !session.IsLastBatch) return;
            mean = session.Loss.Mean();
            if (session.Loss.Weight > 0 && !double.IsFinite(mean)) throw Divergence.Explain(session, step.Batch, number);
        };
        foreach (var batch in plan.Training(data.Train.Source, session.EpochBatch))
        {
            using var scope = NewDisposeScope();
            TrainingStep step;
            using (batch)
            {
                var isFirst = session.EpochBatch % session.BatchesPerStep == 0;
                // Gradients that wait for those of other batches are in no checkpoint.
                if (isFirst) plan.Cancellation.ThrowIfCancellationRequested();
                session.SeedRandom();
                session.Model.Replacer.Objective.Validate(batch.Target, session.Model.Replacer.Outputs);
                // What the target weighs is read from the CPU, so that nothing has to be waited for.
                step = new TrainingStep(
                    session, batch.To(plan.Device), session.Model.Replacer.Objective.Weight(batch.Target), data.Train.Stage)
                {
                    MovesWeights = (session.EpochBatch + 1) % session.BatchesPerStep == 0 || session.IsLastBatch,
                };
                if (isFirst) session.ZeroGradients();
                if (generator is null || session.EpochBatch > 0) Run(step, 0);
                else generator.Watch(() => Run(step, 0));
                if (!step.IsComputed)
                    throw new InvalidOperationException(
                        "No gradients were computed: a strategy "
                        + $"({string.Join("; ", Strategies.Select(strategy => strategy.Description))}) did not call next() in its Step.");
                if (session.BatchesPerStep > 1) session.Weights.Gather(step.Weight);
                session.BatchDone(step);
                if (step.MovesWeights)
                    foreach (var strategy in Strategies) strategy.AfterStep(step);
                plan.Report(TrainingPhase.Training, session.EpochBatch, session.BatchesPerEpoch, mean, session.Weights.LearningRate);
            }
            if (step.MovesWeights)
            {
                checkpoints?.WriteIfDue();
                if (session.StopsNow) break;
            }
        }
    }

    /// <summary>Lets the strategies act around the gradients, each around those after it.</summary>
    private void Run(TrainingStep step, int strategy)
    {
        if (strategy == Strategies.Count) step.Compute();
        else Strategies[strategy].Step(step, () => Run(step, strategy + 1));
    }

    private void MoveCaches(TrainingSession session, RunData data)
    {
        var stage = session.Model.LastStage(session.FrozenPrefix);
        if (session.InputsRequiredBy is { } strategy && data.Train.ExampleStage > 0)
            throw new ArgumentException($"{strategy} needs the examples themselves, "
                + $"and the training set holds features of '{session.Model.StageName(data.Train.ExampleStage)}': give it the examples.");
        if (session.HasStaleFeatures)
        {
            data.Train.Clear();
            data.Validation?.Clear();
            session.HasStaleFeatures = false;
        }
        FeatureCacheReport?[] reports =
        [
            data.Train.MoveTo(session.InputsRequiredBy is null ? stage : 0, Options.FeatureCacheBytes, data.Plan),
            data.Validation?.MoveTo(stage, Options.FeatureCacheBytes - data.Train.Bytes, data.Plan),
        ];
        foreach (var report in reports.OfType<FeatureCacheReport>())
        {
            Logger.FeaturesCached(report.Examples, report.Data, report.Stage, report.Bytes, report.Seconds);
            session.FeatureCaches.Add(report);
        }
    }
}
