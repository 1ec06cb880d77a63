namespace TransferLearning;

/// <summary>The cache of Hugging Face's tools, as they and <see cref="HubSource"/> fill it. Nothing is downloaded.</summary>
/// <param name="options">Where the cache is; null: the defaults.</param>
public sealed class HubCacheSource(HubOptions? options = null) : IWeightSource
{
    private readonly HubCache _cache = new((options ?? new()).CacheFolder);

    /// <inheritdoc/>
    public string Describe(WeightRequest request) =>
        HubFile.Of(request ?? throw new ArgumentNullException(nameof(request))) is { } file
            ? $"the cache, '{_cache.Folder(file)}'" : "the cache (the weights have no repository on the hub)";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (HubFile.Of(request) is not { } file || _cache.Find(file) is not { } path) return null;
        var sha256 = await Sha256.VerifyAsync(
            path, request.Sha256, "Delete it; it will be downloaded again.", cancellationToken).ConfigureAwait(false);
        return new(path, new($"{file.Repository}@{file.Revision}", sha256));
    }
}
