namespace TransferLearning;

/// <summary>A place where weights may be found. One class is enough to add a place.</summary>
public interface IWeightSource
{
    /// <summary>Where it looks for that request, as a part of a sentence: <c>"the folder '/models'"</c>.</summary>
    string Describe(WeightRequest request);

    /// <summary>Finds the weights; null where they are not in this place.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Told of downloads; null where nobody listens.</param>
    /// <param name="cancellationToken">Stops a download; what was received is kept and continued the next time.</param>
    /// <exception cref="WeightFormatException">They are there but not what they should be.</exception>
    /// <exception cref="HttpRequestException">The place could not be reached.</exception>
    /// <exception cref="IOException">The place cannot be read, or written to.</exception>
    Task<WeightLocation?> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default);
}
