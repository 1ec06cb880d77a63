namespace TransferLearning;

/// <summary>Looks for weights in several places, in order.</summary>
/// <param name="sources">The places. None: the weights packages beside the application, then the hub's cache, PyTorch's, and the
/// hub.</param>
public sealed class WeightLocator(params IReadOnlyList<IWeightSource> sources)
{
    private readonly IReadOnlyList<IWeightSource> _sources = NoNulls.Checked(sources, nameof(sources)).Count > 0
        ? sources
        : [new WeightPackageSource(), new HubCacheSource(), new TorchHubCacheSource(), new HubSource()];

    /// <summary>Finds the weights in the first place that has them.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Told of downloads; null where nobody listens.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="FileNotFoundException">No place has them; the message lists the places and how to get the weights.</exception>
    /// <exception cref="WeightFormatException">They are there but not what they should be.</exception>
    /// <exception cref="InvalidOperationException">The hub's address is needed, and <c>HF_ENDPOINT</c> is none.</exception>
    public async Task<WeightLocation> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<string> places = [];
        Exception? failure = null;
        foreach (var source in _sources)
        {
            var place = source.Describe(request);
            try
            {
                if (await source.FindAsync(request, progress, cancellationToken).ConfigureAwait(false) is { } location) return location;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException)
            {
                failure = exception;
                place += $" ({exception.Message})";
            }
            places.Add($"\n  {place}");
        }
        var cure = request.Package is null ? "" : $"\nTo have them beside your application: dotnet add package {request.Package}";
        throw new FileNotFoundException($"The weights of '{request.Id}' were not found. Looked in:{string.Concat(places)}{cure}", failure);
    }

    /// <summary>Finds the weights, waiting for a download.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public WeightLocation Find(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => FindAsync(request, progress, cancellationToken), cancellationToken).GetAwaiter().GetResult();
}
