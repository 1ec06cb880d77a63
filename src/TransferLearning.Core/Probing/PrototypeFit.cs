using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TransferLearning;

/// <summary>Sets the prototypes of a <see cref="PrototypeHead"/>: one pass through the frozen backbone and a mean for each class.</summary>
/// <param name="options">How the data pass through the backbone: batch size, loader threads, device, memory for features. Null (default):
/// the defaults.</param>
public sealed class PrototypeFit(TrainerOptions? options = null)
{
    /// <summary>Options of the pass; epochs and optimizer do not matter.</summary>
    public TrainerOptions Options { get; } = (options ?? new TrainerOptions()) with { Epochs = 1 };

    /// <summary>Receives a line for the result and each warning. Default: none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Fits the head in place; the backbone stays as it is. Leaves the model in evaluation mode, on the device.</summary>
    /// <param name="model">A model with a <see cref="PrototypeHead"/>; its labels must be the data sets' class names.</param>
    /// <param name="train">Examples to learn from, at least one of each class, without augmentation.</param>
    /// <param name="validation">Examples to measure by; null: none.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Ends the run between two batches; the head keeps the prototypes that it had.</param>
    /// <returns>What was done and reached, as one epoch.</returns>
    /// <exception cref="ArgumentException">An option, the head or a data set does not fit; the message says which and how to mend
    /// it.</exception>
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
        var head = model.Replacer as PrototypeHead
            ?? throw new ArgumentException(
                $"Prototypes are for a PrototypeHead, and the model has a head of kind '{model.Replacer.Kind}'.");
        return FeatureFit.Run(model, train, validation, Options, Logger, (_, features, targets) =>
        {
            model.Head.get_buffer("prototypes")!.copy_(head.Prototypes(features, targets.Values));
            return new($"class means, {head.Distance.ToString().ToLowerInvariant()} distance", "none", "means computed");
        }, progress, cancellationToken);
    }
}
