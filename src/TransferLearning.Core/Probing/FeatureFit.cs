using System.Diagnostics;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A run that fits a head in one go to the features of the frozen backbone: they are computed once, the head is fitted,
/// measured, and reported like a run of one epoch.
/// </summary>
internal static class FeatureFit
{
    /// <summary>What was done to the head.</summary>
    /// <param name="Method">The method and its settings in a few words, for the report.</param>
    /// <param name="Optimizer">How the weights were found.</param>
    /// <param name="StopReason">Why it ended.</param>
    /// <param name="Warning">What a user should know; null: nothing.</param>
    public sealed record Outcome(string Method, string Optimizer, string StopReason, string? Warning = null);

    /// <summary>Runs it. Leaves the model in evaluation mode, on the device.</summary>
    /// <param name="model">The model whose head is fitted.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples to measure by; null: none.</param>
    /// <param name="plan">How to go through the data.</param>
    /// <param name="logger">Receives lines for people.</param>
    /// <param name="fit">Writes the head, from features <c>[N, D]</c> and targets on the CPU.</param>
    public static TrainingReport Run(
        TransferModel model, IDataset train, IDataset? validation, BatchPlan plan, ILogger logger, Func<Tensor, Tensor, Outcome> fit)
    {
        TorchRuntime.Initialize();
        List<string> warnings = [.. DatasetCheck.Check(model, train, validation)];
        var clock = Stopwatch.StartNew();
        model.To(plan.Device);
        model.Eval();
        if (OneDnn.TurnOffWhereWrong(model.Backbone.Module, model.Head) is { } fault) warnings.Add(fault);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = model.Backbone.Info.Input;
        using var examples = new FeatureCache(model, train.Prepare(input), "training");
        using var validationExamples = validation is null ? null : new FeatureCache(model, validation.Prepare(input), "validation");
        warnings.AddRange([.. examples.Source.Remarks, .. validationExamples?.Source.Remarks ?? []]);
        List<FeatureCacheReport> caches = [Cache(examples, model, plan)];
        var (features, targets) = (examples.Values!, examples.Targets!);
        model.Replacer.Objective.Validate(targets, model.Labels.Count);
        if (!features.isfinite().all().item<bool>())
            throw new ArgumentException($"The features of the training set hold NaN or infinite values: check the data and the weights of the backbone '{model.Backbone.Info.Id}'.");

        var outcome = fit(features, targets);
        if (outcome.Warning is not null) warnings.Add(outcome.Warning);
        var loss = model.Replacer.Objective.Loss(model.Head.call(new Features(features.to(plan.Device))), targets.to(plan.Device)).item<float>();
        if (validationExamples?.MoveTo(model.PooledStage, plan.Options.FeatureCacheBytes - examples.Bytes, plan) is { } cached) caches.Add(cached);
        var evaluation = validationExamples is null ? null : Trainer.Evaluate(model, validationExamples, plan);

        foreach (var warning in warnings) logger.Warn(warning);
        var epoch = new EpochReport(0, loss, evaluation, double.NaN, clock.Elapsed.TotalSeconds);
        logger.EpochCompleted(1, 1, loss, evaluation?.Loss, evaluation?.Score, epoch.Seconds);
        plan.Progress?.Report(new TrainingProgress(TrainingPhase.EpochCompleted, 0, 1, 0, 0, loss, double.NaN) { Completed = epoch });
        return new TrainingReport
        {
            Backbone = model.Backbone.Info.Id,
            Weights = model.Backbone.Info.Weights,
            Head = model.Replacer.Kind,
            Labels = model.Labels,
            Objective = model.Replacer.Objective.Name,
            Optimizer = outcome.Optimizer,
            Strategies = [outcome.Method],
            Seed = plan.Options.Seed,
            BatchSize = train.Count,
            Device = plan.Device.ToString(),
            TrainCount = train.Count,
            ValidationCount = validation?.Count ?? 0,
            Epochs = [epoch],
            Evaluation = evaluation,
            WeightsFromEpoch = 0,
            StopReason = outcome.StopReason,
            FeatureCaches = caches,
            Warnings = warnings,
            Seconds = clock.Elapsed.TotalSeconds,
            Versions = TrainingReport.VersionsInUse(),
        };
    }

    private static FeatureCacheReport Cache(FeatureCache examples, TransferModel model, BatchPlan plan)
    {
        var report = examples.MoveTo(model.PooledStage, plan.Options.FeatureCacheBytes, plan) ?? throw new ArgumentException(
            "The training examples change from epoch to epoch (augmentation), and this fit sees each once: give it the set without augmentation, or use a Trainer.");
        return report.Examples > 0 ? report : throw new ArgumentException(
            $"The features of the training set take {report.Bytes} bytes and FeatureCacheBytes allows {plan.Options.FeatureCacheBytes}: raise it, or use a Trainer.");
    }
}
