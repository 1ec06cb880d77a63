namespace TransferLearning;

/// <summary>A file, or a folder in Hugging Face's layout, whatever the request. The checksum of a folder is not computed.</summary>
/// <param name="path">The file or folder.</param>
public sealed class WeightFileSource(string path) : IWeightSource
{
    /// <inheritdoc/>
    public string Describe(WeightRequest request) => $"'{path}'";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        File.Exists(path) ? new(path, new(Path.GetFileName(path), await Sha256.OfFileAsync(path, cancellationToken).ConfigureAwait(false)))
        : Directory.Exists(path) ? new(path, new(Path.GetFileName(Path.TrimEndingDirectorySeparator(path))))
        : null;
}
