using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TransferLearning;

/// <summary>
/// How a model is trained on a certain set, in stages, and why so. The layers of the library choose one by the data; every part of it can
/// be changed with <c>with</c>.
/// </summary>
public sealed record Recipe
{
    /// <summary>How much is trained; never <see cref="FineTuneMethod.Auto"/>.</summary>
    public required FineTuneMethod Method { get; init; }

    /// <summary>What was chosen and why, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The head for the targets.</summary>
    public required Func<Targets, IHeadReplacer> Head { get; init => field = value ?? throw new ArgumentNullException(nameof(Head)); }

    /// <summary>The runs in their order; at least one.</summary>
    public required IReadOnlyList<IRecipeStage> Stages { get; init => field = NoNulls.Checked(value, nameof(Stages)); }

    /// <summary>Batch size, seed, device, loader threads and checkpoints of all stages; epochs and optimizer are the stages'.</summary>
    public TrainerOptions Options { get; init => field = value ?? throw new ArgumentNullException(nameof(Options)); } = new();

    /// <summary>Receives a line for each epoch, cache and warning. Default: none.</summary>
    public ILogger Logger { get; init => field = value ?? throw new ArgumentNullException(nameof(Logger)); } = NullLogger.Instance;

    /// <summary>The model that the recipe trains.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="targets">What is to be learnt: it names the head's outputs and says what is minimised.</param>
    /// <param name="ownsBackbone">Whether disposing the model disposes the backbone. Default: no.</param>
    /// <exception cref="ArgumentException">There are too few labels for a head, or one is empty or there twice.</exception>
    public TransferModel CreateModel(IPretrainedBackbone backbone, Targets targets, bool ownsBackbone = false)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return backbone.WithHead(Head(targets), ownsBackbone);
    }

    /// <summary>Trains a model in place; see <see cref="Trainer.Fit"/>.</summary>
    /// <param name="model">What <see cref="CreateModel"/> made, or a model of your own.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples to measure by; null: none.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps; the model keeps the weights that it has.</param>
    /// <returns>The report of the last stage, with the others in <see cref="TrainingReport.Stages"/>.</returns>
    /// <exception cref="ArgumentException">A data set does not fit the model, or an option is out of its range.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingReport Fit(
        TransferModel model, IDataset train, IDataset? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        if (Stages is not { Count: > 0 }) throw new ArgumentException("A recipe has at least one stage.");
        // A stage may change the backbone without a look at the validation set.
        DatasetCheck.Check(model, train, validation, "training");
        var overlap = validation is null ? null : train.Overlap(validation, cancellationToken);
        if (overlap is not null) Logger.Warn(overlap);
        var run = new StageRun(model, train, validation, Options, Logger, progress, cancellationToken);
        List<TrainingReport> reports = [.. Stages.Select(stage => stage.Run(run))];
        var report = reports[^1] with
        {
            Strategies = [Reason, .. reports.SelectMany(report => report.Strategies)],
            FeatureCaches = [.. reports.SelectMany(report => report.FeatureCaches)],
            Warnings = [.. overlap is null ? [] : new[] { overlap }, .. reports.SelectMany(report => report.Warnings).Distinct()],
            Seconds = reports.Sum(report => report.Seconds),
            Trained = reports.SelectMany(stage => stage.Trained).GroupBy(group => group.Key)
                .ToDictionary(group => group.Key, group => group.Max(stage => stage.Value)),
            Stages = reports.Count > 1 ? reports : [],
        };
        model.TrainingSummary = report.Summary;
        return report;
    }

    /// <summary>Trains a model in place as <see cref="Fit"/> does, on a thread of its own.</summary>
    /// <inheritdoc cref="Trainer.FitAsync"/>
    public Task<TrainingReport> FitAsync(
        TransferModel model, IDataset train, IDataset? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Fit(model, train, validation, progress, cancellationToken), cancellationToken);
}
