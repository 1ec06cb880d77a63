using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Fits a linear head on the features of a frozen backbone to its optimum: multinomial logistic regression with an L2 penalty,
/// the model and the objective of scikit-learn's LogisticRegression. One pass through the backbone, then seconds; no learning
/// rate and no epochs to choose, and no randomness but the parts of the cross-validation.
/// </summary>
/// <param name="options">Options; null (default): all defaults, so that C is chosen by cross-validation.</param>
public sealed class LinearProbe(LinearProbeOptions? options = null)
{
    /// <summary>Options of the probe.</summary>
    public LinearProbeOptions Options { get; } = options ?? new LinearProbeOptions();

    /// <summary>Receives a line for each cache and warning. Default: none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>
    /// Fits the head in place; the backbone stays as it is. Leaves the model in evaluation mode, on the device that the features
    /// were computed on. Weights of classes are those of the head's <see cref="CrossEntropy.ClassWeights"/>.
    /// </summary>
    /// <param name="model">A model with a <see cref="LinearHead"/>; its labels must be the data sets' class names.</param>
    /// <param name="train">Examples to learn from, without augmentation.</param>
    /// <param name="validation">Examples to measure by; null: none. They do not take part in the choice of C.</param>
    /// <param name="progress">Told after every batch of features (<see cref="TrainingPhase.CachingFeatures"/>) and after every fit (<see cref="TrainingPhase.Training"/>).</param>
    /// <param name="cancellationToken">Ends the run between two batches or iterations; the head keeps the weights that it had.</param>
    /// <returns>What was done and reached, as one epoch; <see cref="TrainingReport.Strategies"/> says which C was taken and why.</returns>
    /// <exception cref="ArgumentException">An option, the head or a data set does not fit; the message says which and how to mend it.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
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
        var objective = ObjectiveOf(model);
        TorchRuntime.Initialize();
        List<string> warnings = [.. DatasetCheck.Check(model, train, validation)];

        var clock = Stopwatch.StartNew();
        var plan = new BatchPlan(Options.Passes, Options.Device ?? TorchRuntime.BestDevice, progress, cancellationToken);
        model.To(plan.Device);
        model.Eval();
        if (OneDnn.TurnOffWhereWrong(model.Backbone.Module, model.Head) is { } fault) warnings.Add(fault);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = model.Backbone.Info.Input;
        using var examples = new FeatureCache(model, train.Prepare(input), "training");
        using var validationExamples = validation is null ? null : new FeatureCache(model, validation.Prepare(input), "validation");
        List<FeatureCacheReport> caches = [Cache(examples, model, plan)];

        objective.Validate(examples.Targets!, model.Labels.Count);
        if (!examples.Values!.isfinite().all().item<bool>())
            throw new ArgumentException($"The features of the training set hold NaN or infinite values: check the data and the weights of the backbone '{model.Backbone.Info.Id}'.");
        var classWeights = objective.ClassWeights?.Select(weight => (double)weight) ?? Enumerable.Repeat(1.0, model.Labels.Count);
        var fit = ProbeSolution.Solve(
            examples.Values, examples.Targets!, [.. classWeights], Options, (done, all) => plan.Report(TrainingPhase.Training, done, all), cancellationToken);
        if (!fit.Converged) warnings.Add($"The fit was ended after {Options.MaxIterations} iterations, before its optimum: raise MaxIterations.");
        model.Head.get_parameter("weight")!.copy_(fit.Weight);
        model.Head.get_parameter("bias")!.copy_(fit.Bias);

        if (validationExamples?.MoveTo(model.PooledStage, Options.FeatureCacheBytes - examples.Bytes, plan) is { } cached) caches.Add(cached);
        var evaluation = validationExamples is null ? null : Trainer.Evaluate(model, validationExamples, plan);
        foreach (var warning in warnings) Logger.Warn(warning);
        var epoch = new EpochReport(0, fit.Loss, evaluation, double.NaN, clock.Elapsed.TotalSeconds);
        Logger.EpochCompleted(1, 1, epoch.TrainLoss, evaluation?.Loss, evaluation?.Score, epoch.Seconds);
        progress?.Report(new TrainingProgress(TrainingPhase.EpochCompleted, 0, 1, 0, 0, epoch.TrainLoss, double.NaN) { Completed = epoch });
        return new TrainingReport
        {
            Backbone = model.Backbone.Info.Id,
            Weights = model.Backbone.Info.Weights,
            Head = model.Replacer.Kind,
            Labels = model.Labels,
            Objective = objective.Name,
            Optimizer = "L-BFGS",
            Strategies = [$"linear probe, {fit.Choice}"],
            Seed = Options.Seed,
            BatchSize = train.Count,
            Device = plan.Device.ToString(),
            TrainCount = train.Count,
            ValidationCount = validation?.Count ?? 0,
            Epochs = [epoch],
            Evaluation = evaluation,
            WeightsFromEpoch = 0,
            StopReason = fit.Converged ? $"optimum reached in {fit.Iterations} iterations" : $"{fit.Iterations} iterations done",
            FeatureCaches = caches,
            Warnings = warnings,
            Seconds = clock.Elapsed.TotalSeconds,
            Versions = TrainingReport.VersionsInUse(),
        };
    }

    private static CrossEntropy ObjectiveOf(TransferModel model) => model.Replacer switch
    {
        LinearHead { Objective: CrossEntropy { LabelSmoothing: 0 } objective } => objective,
        LinearHead head => throw new ArgumentException(
            $"A linear probe minimises cross-entropy without label smoothing, and the head's objective is {head.Objective.Name}: use new CrossEntropy(), or a Trainer."),
        var head => throw new ArgumentException($"A linear probe fits a LinearHead, and the model has a head of kind '{head.Kind}': use a LinearHead, or a Trainer."),
    };

    private FeatureCacheReport Cache(FeatureCache examples, TransferModel model, BatchPlan plan)
    {
        var report = examples.MoveTo(model.PooledStage, Options.FeatureCacheBytes, plan) ?? throw new ArgumentException(
            "The training examples change from epoch to epoch (augmentation), and a linear probe sees each once: give it the set without augmentation, or use a Trainer.");
        return report.Examples > 0 ? report : throw new ArgumentException(
            $"The features of the training set take {report.Bytes} bytes and FeatureCacheBytes allows {Options.FeatureCacheBytes}: raise it, or use a Trainer.");
    }
}
