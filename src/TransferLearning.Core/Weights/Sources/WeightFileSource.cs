namespace TransferLearning;

/// <summary>A file, whatever the request.</summary>
/// <param name="path">The file.</param>
public sealed class WeightFileSource(string path) : IWeightSource
{
    /// <inheritdoc/>
    public string Describe(WeightRequest request) => $"the file '{path}'";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        File.Exists(path) ? new(path, new(Path.GetFileName(path), await Sha256.OfFileAsync(path, cancellationToken).ConfigureAwait(false))) : null;
}
