using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TransferLearning;

/// <summary>
/// Fine-tunes a backbone so that features of the same class point the same way and those of different classes do not, on pairs
/// of labelled examples (Tunstall et al., "Efficient few-shot learning without prompts", SetFit, 2022). Made for a few examples a class, of
/// texts, images or sounds; fit a head with <see cref="LinearProbe"/> afterwards.
/// </summary>
/// <param name="options">Options; null (default): SetFit's.</param>
/// <param name="strategies">Strategies beside the schedule, such as one that freezes layers.</param>
public sealed class ContrastiveTuning(ContrastiveTuningOptions? options = null, params IFineTuneStrategy[] strategies)
{
    /// <summary>Options of the run.</summary>
    public ContrastiveTuningOptions Options { get; } = options ?? new ContrastiveTuningOptions();

    /// <summary>Strategies beside the schedule.</summary>
    public IReadOnlyList<IFineTuneStrategy> Strategies { get; } = NoNulls.Checked(strategies, nameof(strategies));

    /// <summary>Receives a line for each epoch and warning. Default: none.</summary>
    public ILogger Logger { get; init => field = value ?? throw new ArgumentNullException(nameof(Logger)); } = NullLogger.Instance;

    /// <summary>
    /// Trains the backbone in place and leaves it in evaluation mode, on the training device. The loss is the mean squared
    /// difference between the cosine of two pooled features and 1 (same class) or 0. Pairs are computed as they are needed;
    /// a batch holds each of its examples once.
    /// </summary>
    /// <param name="backbone">The backbone; borrowed.</param>
    /// <param name="dataset">Labelled examples of at least two classes.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps; the backbone keeps the weights that it has.</param>
    /// <returns>What was done; there is no evaluation.</returns>
    /// <exception cref="ArgumentException">An option or the data set does not fit; the message says which and how to mend it.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingReport Fit(
        IPretrainedBackbone backbone,
        IDataset dataset,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(dataset);
        Options.Validate();
        var labels = (dataset.Targets as ClassTargets)?.Indices
            ?? throw new ArgumentException("Pairs of the same and of different classes need examples of one class each.", nameof(dataset));
        var classes = labels.Distinct().Count();
        if (classes < 2)
            throw new ArgumentException(
                $"Pairs of different classes need examples of at least two; the data set has {dataset.Count} examples of {classes}.");

        var pairs = new LabelledPairs(labels, Options.Sampling, Options.PairsPerExample);
        var count = Options.MaxSteps is { } steps ? Math.Min((long)steps * Options.BatchSize, Options.Epochs * pairs.Count) : pairs.Count;
        if (count > Array.MaxLength)
            throw new ArgumentException(
                $"{dataset.Count} examples form {pairs.Count} pairs, too many for a run: set MaxSteps or PairsPerExample.");
        using var model = backbone.WithHead(new EmbeddingHead());
        var trainer = new Trainer(Options.Training, [new LinearDecay(Options.Warmup), .. Strategies]) { Logger = Logger };
        var report = trainer.Fit(
            model, new PairDataset(dataset, pairs, (int)count), progress: progress, cancellationToken: cancellationToken);
        var amount = (count * report.Epochs.Count).ToString(CultureInfo.InvariantCulture);
        return report with { TrainCount = dataset.Count, Strategies = [$"contrastive tuning, {amount} pairs", .. report.Strategies] };
    }
}
