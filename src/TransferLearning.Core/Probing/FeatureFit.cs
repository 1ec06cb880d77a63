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
    /// <param name="options">How to go through the data.</param>
    /// <param name="logger">Receives lines for people.</param>
    /// <param name="fit">Writes the head, from features <c>[N, D]</c> and targets on the CPU.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public static TrainingReport Run(
        TransferModel model, IDataset train, IDataset? validation, TrainerOptions options, ILogger logger,
        Func<BatchPlan, Tensor, TensorSet, Outcome> fit, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var use = BackboneUse.Of(model.Backbone).Measure();
        using var data = new RunData(model, train, validation, options, progress, cancellation);
        var plan = data.Plan;
        model.Eval();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        List<FeatureCacheReport> caches = [];
        using var batch = Features(model, data, caches);
        var (features, targets, objective) = (batch.Input.Values, batch.Target, model.Replacer.Objective);
        objective.Validate(targets, model.Replacer.Outputs);
        if (!features.isfinite().all().item<bool>())
            throw new ArgumentException(
                "The features of the training set hold NaN or infinite values: check the data and the weights of the backbone "
                + $"'{model.Backbone.Info.Id}'.");
        var outcome = fit(plan, features, targets);
        if (outcome.Warning is not null) data.Warn(outcome.Warning);
        var loss = objective.Loss(model.Head.call(features.to(plan.Device)), targets.To(plan.Device)).item<float>();
        if (data.Validation?.MoveTo(model.PooledStage, options.FeatureCacheBytes - data.Train.Bytes, plan) is { } cached)
            caches.Add(cached);
        var evaluation = data.Validation is null ? null : Trainer.Evaluate(model, data.Validation, plan);
        foreach (var warning in data.Warnings) logger.Warn(warning);
        var epoch = new EpochReport(1, loss, evaluation, double.NaN, clock.Elapsed.TotalSeconds);
        logger.EpochCompleted(1, 1, loss, evaluation?.Loss, evaluation?.Primary.Value, epoch.Seconds);
        progress?.Report(new TrainingProgress(TrainingPhase.EpochCompleted, 1, 1, 0, 0, loss, double.NaN) { Completed = epoch });
        var report = TrainingReport.Of(
            model, options with { BatchSize = train.Count }, plan.Device.ToString(), train.Count, validation?.Count ?? 0, data.Warnings) with
        {
            Optimizer = outcome.Optimizer,
            Sampler = "all at once",
            Strategies = [outcome.Method],
            Epochs = [epoch],
            WeightsFromEpoch = epoch.Epoch,
            Evaluation = evaluation,
            StopReason = outcome.StopReason,
            FeatureCaches = caches,
            Seconds = clock.Elapsed.TotalSeconds,
            Trained = model.Head.parameters().Sum(parameter => parameter.numel()) is > 0 and var count
                ? new Dictionary<string, long> { ["head"] = count }
                : [],
        };
        model.TrainingSummary = report.Summary;
        return report;
    }

    /// <summary>Features and targets of all training examples; the caller disposes them.</summary>
    private static Batch Features(TransferModel model, RunData data, List<FeatureCacheReport> caches)
    {
        var source = data.Train.Source;
        if (source.Stage != model.PooledStage)
        {
            var limit = data.Plan.Options.FeatureCacheBytes;
            var report = data.Train.MoveTo(model.PooledStage, limit, data.Plan);
            if (report is null || report.Examples == 0) throw new ArgumentException(data.Train.Refusal(report, limit));
            caches.Add(report);
        }
        return data.Train.Source.Load([.. Enumerable.Range(0, source.Count)], default);
    }
}
