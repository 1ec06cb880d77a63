using TransferLearning.Vision;

namespace TransferLearning.Extensions.Hosting;

/// <summary>
/// An image classifier as a service: <see cref="ClassifierServiceCollectionExtensions.AddImageClassifier"/> registers it. Thread-safe.
/// </summary>
public interface IImageClassifier
{
    /// <summary>The classes of the model that is in service, in the order of its outputs; empty before one is loaded.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>
    /// Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP). The stream is read to its end without blocking, and stays open.
    /// </summary>
    /// <param name="image">The image, such as the body of a request.</param>
    /// <param name="cancellationToken">Ends the reading, and takes the request out of the queue.</param>
    /// <exception cref="ImageFormatException">The stream holds no image that can be decoded, or one of more pixels than
    /// <see cref="ClassifierServiceOptions.MaxPixels"/>.</exception>
    /// <exception cref="ClassifierUnavailableException">The queue is full, the request waited too long, the service stops, or there is no
    /// model.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<Classification> PredictAsync(Stream image, CancellationToken cancellationToken = default);

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP), which is not to change before the answer is there.</summary>
    /// <param name="image">The image's file.</param>
    /// <param name="cancellationToken">Takes the request out of the queue.</param>
    /// <exception cref="ImageFormatException">The bytes are no image that can be decoded, or one of more pixels than
    /// <see cref="ClassifierServiceOptions.MaxPixels"/>.</exception>
    /// <exception cref="ClassifierUnavailableException">The queue is full, the request waited too long, the service stops, or there is no
    /// model.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<Classification> PredictAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default);

    /// <summary>Classifies a decoded image.</summary>
    /// <param name="image">The image, of any size.</param>
    /// <param name="cancellationToken">Takes the request out of the queue.</param>
    /// <exception cref="ClassifierUnavailableException">The queue is full, the request waited too long, the service stops, or there is no
    /// model.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<Classification> PredictAsync(RgbImage image, CancellationToken cancellationToken = default);
}
