using System.Text.Json;

namespace TransferLearning;

/// <summary>
/// Weights packages: <c>dotnet add package TransferLearning.Weights.NAME</c> puts <c>weights/ID/ID.safetensors</c>
/// and <c>card.json</c> (licence, source, checksum) beside the application. The checksum is verified.
/// </summary>
/// <param name="folder">The folder that holds <c>weights</c>; null: the application's.</param>
public sealed class WeightPackageSource(string? folder = null) : IWeightSource
{
    private readonly string _folder = Path.Combine(folder ?? AppContext.BaseDirectory, "weights");

    /// <inheritdoc/>
    public string Describe(WeightRequest request) => $"weights packages, '{Path.Combine(_folder, request.Id)}'";

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var package = Path.Combine(_folder, SafePath.Segment(request.Id, "weights id"));
        var file = Path.Combine(package, $"{request.Id}.safetensors");
        if (!File.Exists(file)) return null;
        var (source, sha256, licence) = ReadCard(Path.Combine(package, "card.json"));
        await Sha256.VerifyAsync(file, sha256, "Restore the weights package again.", cancellationToken).ConfigureAwait(false);
        return new(file, new(source, sha256, licence));
    }

    private static (string Source, string Sha256, string? Licence) ReadCard(string path)
    {
        if (!File.Exists(path)) throw new WeightFormatException(path, "is missing. A weights package has it beside its weights; restore the package again.");
        try
        {
            using var card = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = card.RootElement;
            return (root.GetProperty("source").GetProperty("package").GetString() ?? "", root.GetProperty("file").GetProperty("sha256").GetString() ?? "",
                root.GetProperty("licence").GetProperty("spdx").GetString());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new WeightFormatException(path, "is no card of a weights package: it needs source.package, file.sha256 and licence.spdx. Restore the package again.", exception);
        }
    }
}
