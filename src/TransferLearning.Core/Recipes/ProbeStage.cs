namespace TransferLearning;

/// <summary>
/// Fits a linear head to its optimum on the features of the layers as they are: see <see cref="LinearProbe"/>. It has no checkpoints, since
/// it takes little.
/// </summary>
/// <param name="C">How much the examples count against the penalty; null (default): chosen by cross-validation.</param>
public sealed record ProbeStage(double? C = null) : IRecipeStage
{
    /// <inheritdoc/>
    public string Name => "head";

    /// <inheritdoc/>
    public TrainingReport Run(StageRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var options = run.Options;
        return new LinearProbe(new LinearProbeOptions
        {
            C = C, Seed = options.Seed, BatchSize = options.BatchSize, LoaderThreads = options.LoaderThreads, Device = options.Device,
                FeatureCacheBytes = options.FeatureCacheBytes,
            TimeProvider = options.TimeProvider,
        }) { Logger = run.Logger }.Fit(run.Model, run.Train, run.Validation, run.Progress, run.Cancellation);
    }
}
