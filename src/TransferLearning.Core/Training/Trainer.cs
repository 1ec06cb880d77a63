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
public sealed class Trainer(TrainerOptions options, params IFineTuneStrategy[] strategies)
{
    // Reading the loss waits for a GPU; on the CPU it is free.
    private const int StepsBetweenReadsOnGpu = 16;

    // Rare enough that it costs less than a hundredth of the time.
    private static readonly TimeSpan BetweenReleases = TimeSpan.FromSeconds(5);

    /// <summary>Options of the run.</summary>
    public TrainerOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <summary>The strategies in the order in which they act.</summary>
    public IReadOnlyList<IFineTuneStrategy> Strategies { get; } = strategies?.All(strategy => strategy is not null) == true
        ? strategies : throw new ArgumentNullException(nameof(strategies), "A strategy is null.");

    /// <summary>Receives a line for each epoch, cache and warning. Default: none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>
    /// Trains the model in place and leaves it in evaluation mode, on the training device. Features of frozen layers are
    /// computed once where the inputs are the same in every epoch. With <see cref="TrainerOptions.Checkpoints"/> the run can be
    /// killed at any moment and go on later, to the same weights.
    /// </summary>
    /// <param name="model">The model; its labels must be the data sets' class names.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples to measure by after every epoch; null: none.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps, after a last checkpoint; the model keeps the weights that it has.</param>
    /// <returns>What was done and reached.</returns>
    /// <exception cref="ArgumentException">An option, a data set or a label does not fit; the message says which and how to mend it.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation, such as on images of another size or type than the backbone reads; the message is torch's.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; with checkpoints the message says how to go on.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written, or another run has the folder; earlier checkpoints are intact.</exception>
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
        TorchRuntime.Initialize();
        List<string> warnings = [.. DatasetCheck.Check(model, train, validation)];

        var sinceRelease = Stopwatch.StartNew();
        var plan = new BatchPlan(Options, Options.Device ?? TorchRuntime.BestDevice, progress, cancellationToken);
        model.To(plan.Device);
        if (OneDnn.TurnOffWhereWrong(model.Backbone.Module, model.Head) is { } fault) warnings.Add(fault);

        var input = model.Backbone.Info.Input;
        using var trainFeatures = new FeatureCache(model, train.Prepare(input), "training");
        using var validationFeatures = validation is null ? null : new FeatureCache(model, validation.Prepare(input), "validation");
        warnings.AddRange([.. trainFeatures.Source.Remarks, .. validationFeatures?.Source.Remarks ?? []]);
        foreach (var warning in warnings) Logger.Warn(warning);
        using var session = new TrainingSession(model, Options, plan.Device, plan.Batches(trainFeatures.Source), validation is not null);
        using var checkpoints = Options.Checkpoints is { } where ? new CheckpointFolder(where, session, Strategies, RunDescription.Of(session, Strategies, train, validation), Logger) : null;
        try
        {
            session.SeedGenerator();
            foreach (var strategy in Strategies) strategy.Prepare(session);
            checkpoints?.Resume();
            while (session.Epoch < Options.Epochs && session.StopReason is null)
            {
                var epochClock = Stopwatch.StartNew();
                plan.Epoch = session.Epoch;
                session.SeedGenerator();
                foreach (var strategy in Strategies) strategy.BeforeEpoch(session);
                session.EnterTraining();
                MoveCaches(session, plan, trainFeatures, validationFeatures);

                TrainEpoch(session, plan, trainFeatures, checkpoints);
                session.EnterEvaluation();
                var evaluation = validationFeatures is null ? null : Evaluate(model, validationFeatures, plan);
                if (evaluation is { Loss: double.NaN }) Divergence.CheckWeights(session);

                var epoch = new EpochReport(session.Epoch, session.Loss.Mean(), evaluation, session.LearningRate, epochClock.Elapsed.TotalSeconds);
                session.Add(epoch);
                checkpoints?.RememberBest();
                Logger.EpochCompleted(epoch.Epoch + 1, Options.Epochs, epoch.TrainLoss, evaluation?.Loss, evaluation?.Score, epoch.Seconds);
                foreach (var strategy in Strategies) strategy.AfterEpoch(session, epoch);
                session.NextEpoch();
                progress?.Report(new TrainingProgress(TrainingPhase.EpochCompleted, epoch.Epoch, Options.Epochs, 0, 0, epoch.TrainLoss, epoch.LearningRate) { Completed = epoch });
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
        catch (OperationCanceledException cancelled) when (checkpoints is not null && cancellationToken.IsCancellationRequested && session.Epochs.Count == session.Epoch)
        {
            checkpoints.Write();
            throw new OperationCanceledException(
                $"The run was stopped in epoch {session.Epoch + 1}, after {session.Step} steps. Its state is in '{Options.Checkpoints!.Folder}': resume to go on.", cancelled, cancelled.CancellationToken);
        }
        finally
        {
            session.EnterEvaluation();
        }
        return TrainingReport.Create(session, Strategies, train.Count, validation?.Count ?? 0, warnings, plan.Device);
    }

    /// <summary>Measures a model on a data set; leaves it in evaluation mode, on the training device.</summary>
    /// <param name="model">The model; its labels must be the data set's class names.</param>
    /// <param name="dataset">The examples.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Ends the evaluation between two batches.</param>
    /// <exception cref="ArgumentException">An option, the data set or a label does not fit; the message says which and how to mend it.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses an operation, such as on images of another size or type than the backbone reads; the message is torch's.</exception>
    public Evaluation Evaluate(
        TransferModel model, IDataset dataset, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        Options.Validate();
        var warnings = DatasetCheck.Check(model, dataset, null);
        var plan = new BatchPlan(Options, Options.Device ?? TorchRuntime.BestDevice, progress, cancellationToken);
        model.To(plan.Device);
        if (OneDnn.TurnOffWhereWrong(model.Backbone.Module, model.Head) is { } fault) Logger.Warn(fault);
        model.Eval();
        using var examples = new FeatureCache(model, dataset.Prepare(model.Backbone.Info.Input), "evaluation");
        foreach (var warning in warnings.Concat(examples.Source.Remarks)) Logger.Warn(warning);
        return Evaluate(model, examples, plan);
    }

    private void TrainEpoch(TrainingSession session, BatchPlan plan, FeatureCache data, CheckpointFolder? checkpoints)
    {
        var readEvery = plan.Device.type == DeviceType.CPU ? 1 : StepsBetweenReadsOnGpu;
        var mean = double.NaN;
        foreach (var batch in plan.Training(data.Source, session.EpochStep))
        {
            using var scope = NewDisposeScope();
            using (batch)
            {
                session.SeedGenerator();
                var onDevice = OnDevice(session.Model, batch, plan.Device);
                var step = new TrainingStep(onDevice);
                foreach (var strategy in Strategies) strategy.BeforeStep(session, step);

                session.ZeroGradients();
                var output = session.Model.ForwardFrom(step.Batch.Input, data.Stage);
                var objective = session.Model.Replacer.Objective;
                var loss = objective.Loss(output, step.Batch.Target);
                // Where no strategy has changed it, the target is still on the CPU, and nothing has to be waited for.
                session.Loss.Add(loss, objective.Weight(ReferenceEquals(step.Batch, onDevice) ? batch.Target : step.Batch.Target));
                var number = session.EpochStep + 1;
                if (number % readEvery == 0 || number == session.StepsPerEpoch)
                {
                    mean = session.Loss.Mean();
                    if (session.Loss.Weight > 0 && !double.IsFinite(mean)) throw Divergence.Explain(session, step.Batch, number, session.LearningRate);
                }
                loss.backward();
                session.UpdateWeights(step.LearningRateFactor);

                foreach (var strategy in Strategies) strategy.AfterStep(session, step);
                plan.Report(TrainingPhase.Training, number, session.StepsPerEpoch, mean, session.LearningRate);
            }
            checkpoints?.WriteIfDue();
        }
    }

    private void MoveCaches(TrainingSession session, BatchPlan plan, FeatureCache train, FeatureCache? validation)
    {
        var stage = session.Model.LastStage(session.FrozenPrefix);
        var reports = new[] { train.MoveTo(stage, Options.FeatureCacheBytes, plan), validation?.MoveTo(stage, Options.FeatureCacheBytes - train.Bytes, plan) };
        foreach (var report in reports.OfType<FeatureCacheReport>())
        {
            Logger.FeaturesCached(report.Examples, report.Data, report.Stage, report.Bytes, report.Seconds);
            session.FeatureCaches.Add(report);
        }
    }

    internal static Evaluation Evaluate(TransferModel model, FeatureCache data, BatchPlan plan)
    {
        using var _ = no_grad();
        using var meter = new LossMeter(plan.Device);
        var objective = model.Replacer.Objective;
        var metric = objective.CreateMetric(model.Labels);
        foreach (var (_, batch) in plan.Once(data.Source, TrainingPhase.Validating))
        {
            using var scope = NewDisposeScope();
            using (batch)
            {
                var onDevice = OnDevice(model, batch, plan.Device);
                var output = model.ForwardFrom(onDevice.Input, data.Stage);
                meter.Add(objective.Loss(output, onDevice.Target), objective.Weight(batch.Target));
                metric.Add(output, onDevice.Target);
            }
        }
        return metric.Compute() with { Loss = meter.Mean() };
    }

    private static Batch OnDevice(TransferModel model, Batch batch, Device device)
    {
        model.Replacer.Objective.Validate(batch.Target, model.Labels.Count);
        return device.type == DeviceType.CPU ? batch : new Batch(batch.Input.To(device), batch.Target.to(device));
    }
}
