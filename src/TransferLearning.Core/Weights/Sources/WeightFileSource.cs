namespace TransferLearning;

/// <summary>
/// A file, or a folder that holds one: in Hugging Face's layout, in that of a weights package (<c>ID.safetensors</c>), or with a single
/// weight file. The licence is that of a <c>card.json</c> beside it whose checksum is the file's. The checksum of a folder without a card
/// is not computed.
/// </summary>
/// <param name="path">The file or folder.</param>
public sealed class WeightFileSource(string path) : IWeightSource
{
    /// <inheritdoc/>
    public string Describe(WeightRequest request) => $"'{path}'";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path)) return null;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        // A folder without weights is for the reader, who knows what else it lacks.
        if ((isFolder ? WeightFolder.Find(path, request.Id) : path) is not { } file) return new(path, new(name));
        var card = WeightCard.Beside(file);
        var sha256 = isFolder && card is null ? null : await Sha256.OfFileAsync(file, cancellationToken).ConfigureAwait(false);
        return new(file, new(name, sha256, card?.Sha256 == sha256 ? card?.Licence : null));
    }
}
