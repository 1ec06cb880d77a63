namespace TransferLearning;

/// <summary>
/// Weights packages: <c>dotnet add package TransferLearning.Weights.NAME</c> puts <c>weights/ID/ID.safetensors</c>
/// and <c>card.json</c> (licence, source, checksum) beside the application. The checksum is verified. A folder <c>weights/ID</c> in the
/// form of a download, without a card, serves as well.
/// </summary>
/// <param name="folder">The folder that holds <c>weights</c>; null: the application's.</param>
public sealed class WeightPackageSource(string? folder = null) : IWeightSource
{
    private readonly string _folder = Path.Combine(folder ?? AppContext.BaseDirectory, "weights");

    /// <inheritdoc/>
    public string Describe(WeightRequest request) =>
        $"weights packages, '{Path.Combine(_folder, (request ?? throw new ArgumentNullException(nameof(request))).Id)}'";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var package = Path.Combine(_folder, SafePath.Segment(request.Id, "weights id"));
        if (!Directory.Exists(package) || WeightFolder.Find(package, request.Id) is not { } file) return null;
        var card = WeightCard.Beside(file);
        if (card is null && File.Exists(WeightCard.PathBeside(file)))
            throw new WeightFormatException(
                WeightCard.PathBeside(file), "is no card of a weights package: it needs source.package, file.sha256 and licence.spdx. "
                    + "Restore the package again.");
        var sha256 = await Sha256.VerifyAsync(
            file, card?.Sha256, "Restore the weights package again.", cancellationToken).ConfigureAwait(false);
        return new(file, new(card?.Source ?? Path.GetFileName(file), sha256, card?.Licence));
    }
}
