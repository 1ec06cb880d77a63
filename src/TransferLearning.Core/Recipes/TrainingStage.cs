namespace TransferLearning;

/// <summary>Trains what its strategies leave free.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Epochs">Passes over the examples.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="Strategies">The strategies.</param>
public sealed record TrainingStage(
    string Name, int Epochs, Optimizer Optimizer, params IReadOnlyList<IFineTuneStrategy> Strategies) : IRecipeStage
{
    /// <summary>What the stage makes of the training set, such as one with augmentation. Default: nothing.</summary>
    public Func<IDataset, IDataset> Data { get; init => field = value ?? throw new ArgumentNullException(nameof(Data)); } = dataset =>
        dataset;

    /// <summary>The number by which epochs are compared. Default: the validation's loss.</summary>
    public string Monitor { get; init; } = Evaluation.LossName;

    /// <inheritdoc/>
    public TrainingReport Run(StageRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var options = run.OptionsOf(this) with
        {
            Epochs = Epochs, LearningRate = null, Optimizer = Optimizer, Monitor = run.Validation is null ? Evaluation.LossName : Monitor
        };
        return new Trainer(options, [.. Strategies]) { Logger = run.Logger }.Fit(
            run.Model, Data(run.Train), run.Validation, run.Progress, run.Cancellation);
    }
}
