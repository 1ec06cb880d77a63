namespace TransferLearning.Extensions.Hosting;

/// <summary>A request was not answered for a reason that is not its own: answer 503 (Service Unavailable).</summary>
/// <param name="message">The reason.</param>
/// <param name="retryAfter">When another try may succeed.</param>
/// <param name="innerException">Why there is no model, where that is the reason.</param>
public sealed class ClassifierUnavailableException(string message, TimeSpan retryAfter, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>
    /// When another try may succeed, for the header <c>Retry-After</c>: the time that the queue will take, at least a second.
    /// </summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
