namespace TransferLearning;

/// <summary>
/// A hub over HTTP, <c>ENDPOINT/OWNER/NAME/resolve/REVISION/FILE</c>, as Hugging Face and its mirrors serve it. Files go to the cache:
/// whole and verified, or not at all; a broken download is continued. Safe with other threads and processes on the same cache.
/// </summary>
/// <param name="options">Where the hub and its cache are; null: the defaults.</param>
/// <param name="client">
/// Sends the requests, with its own proxy and time-out; not disposed. It must not follow redirects itself (<c>AllowAutoRedirect =
/// false</c>), and a token belongs in <see cref="HubOptions.Token"/>, because the client's headers go wherever the hub redirects. Null: one
/// is made for each download.
/// </param>
public sealed class HubSource(HubOptions? options = null, HttpClient? client = null) : IWeightSource
{
    private readonly HubOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Describe(WeightRequest request) =>
        HubFile.Of(request ?? throw new ArgumentNullException(nameof(request))) is not { } file
        ? "the hub (the weights have no repository there)"
        : _options.Offline ? "the hub (switched off: offline)"
        : $"the hub, {file.Address(_options.Endpoint)}";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (HubFile.Of(request) is not { } weights || _options.Offline) return null;
        // The weights come last: where they are in the cache, what belongs beside them is there, too.
        foreach (var companion in request.Companions)
            await FetchAsync(
                HubFile.Of(request with { File = companion })!, sha256: null, progress, cancellationToken).ConfigureAwait(false);
        return await FetchAsync(weights, request.Sha256, progress, cancellationToken).ConfigureAwait(false)
            ? await new HubCacheSource(_options).FindAsync(request, progress, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <returns>False where the repository has no such file.</returns>
    private async Task<bool> FetchAsync(
        HubFile file, string? sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var cache = new HubCache(_options.CacheFolder);
        try
        {
            using var only = await cache.LockAsync(file, cancellationToken).ConfigureAwait(false);
            if (cache.Find(file) is not null) return true;
            using var own = client is null
                ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = _options.Silence }
                : null;
            return await new HubDownload(client ?? own!, _options, cache, file, sha256, progress).RunAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The cache folder '{_options.CacheFolder}' cannot be used: {exception.Message} Set HF_HUB_CACHE or "
                + "HubOptions.CacheFolder to a folder that can be written.", exception);
        }
    }
}
