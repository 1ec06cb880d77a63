using Microsoft.Extensions.Logging;

namespace TransferLearning;

/// <summary>A run that is part of a recipe.</summary>
public interface IRecipeStage
{
    /// <summary>Name of the stage, and of its folder of checkpoints: <c>"head"</c>.</summary>
    string Name { get; }

    /// <summary>Runs it; the model stands where the stage before has left it.</summary>
    /// <param name="run">What it runs on.</param>
    TrainingReport Run(StageRun run);
}

/// <summary>What a stage runs on.</summary>
/// <param name="Model">The model.</param>
/// <param name="Train">Examples to learn from.</param>
/// <param name="Validation">Examples to measure by; null: none.</param>
/// <param name="Options">Batch size, seed, device, loader threads and checkpoints of all stages; epochs and optimizer are the
/// stage's.</param>
/// <param name="Logger">Receives lines for people.</param>
/// <param name="Progress">Told after every batch.</param>
/// <param name="Cancellation">Ends the run between two steps.</param>
public sealed record StageRun(
    TransferModel Model, IDataset Train, IDataset? Validation, TrainerOptions Options, ILogger Logger, IProgress<TrainingProgress>? Progress, CancellationToken Cancellation)
{
    /// <summary>The model.</summary>
    public TransferModel Model { get; init => field = value ?? throw new ArgumentNullException(nameof(Model)); } = Model
        ?? throw new ArgumentNullException(nameof(Model));

    /// <summary>Examples to learn from.</summary>
    public IDataset Train { get; init => field = value ?? throw new ArgumentNullException(nameof(Train)); } = Train
        ?? throw new ArgumentNullException(nameof(Train));

    /// <summary>Batch size, seed, device, loader threads and checkpoints of all stages; epochs and optimizer are the stage's.</summary>
    public TrainerOptions Options { get; init => field = value ?? throw new ArgumentNullException(nameof(Options)); } = Options
        ?? throw new ArgumentNullException(nameof(Options));

    /// <summary>Receives lines for people.</summary>
    public ILogger Logger { get; init => field = value ?? throw new ArgumentNullException(nameof(Logger)); } = Logger
        ?? throw new ArgumentNullException(nameof(Logger));

    /// <summary>The options with a folder of checkpoints of the stage's own.</summary>
    public TrainerOptions OptionsOf(IRecipeStage stage) =>
        Options with { Checkpoints = Options.Checkpoints?.In((stage ?? throw new ArgumentNullException(nameof(stage))).Name) };
}
