namespace TransferLearning.Extensions.Hosting;

/// <summary>
/// A text classifier as a service: <see cref="ClassifierServiceCollectionExtensions.AddTextClassifier"/> registers it. Thread-safe.
/// </summary>
public interface ITextClassifier
{
    /// <summary>The classes of the model that is in service, in the order of its outputs; empty before one is loaded.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Classifies a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Takes the request out of the queue.</param>
    /// <exception cref="ClassifierUnavailableException">The queue is full, the request waited too long, the service stops, or there is no
    /// model.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<Classification> PredictAsync(string text, CancellationToken cancellationToken = default);
}
