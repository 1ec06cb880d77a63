namespace TransferLearning;

/// <summary>Trains the layers on pairs of examples that belong together or not: see <see cref="ContrastiveTuning"/>.</summary>
/// <param name="Steps">Steps of the stage, at least 1.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="Strategies">Strategies beside the schedule, such as one that keeps the statistics of batch norm.</param>
public sealed record ContrastStage(int Steps, double LearningRate, params IReadOnlyList<IFineTuneStrategy> Strategies) : IRecipeStage
{
    /// <inheritdoc/>
    public string Name => "pairs";

    /// <inheritdoc/>
    public TrainingReport Run(StageRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var options = run.OptionsOf(this);
        return new ContrastiveTuning(new ContrastiveTuningOptions
        {
            MaxSteps = Steps, Optimizer = new AdamW(LearningRate), Seed = options.Seed, LoaderThreads = options.LoaderThreads,
                Device = options.Device, Checkpoints = options.Checkpoints,
        }, [.. Strategies]) { Logger = run.Logger }.Fit(run.Model.Backbone, run.Train, run.Progress, run.Cancellation);
    }
}
