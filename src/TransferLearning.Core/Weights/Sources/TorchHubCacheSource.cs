namespace TransferLearning;

/// <summary>
/// The folder in which PyTorch keeps what <c>torch.hub</c> and torchvision downloaded: <c>TORCH_HOME/hub/checkpoints</c>. Nothing is
/// downloaded.
/// </summary>
/// <param name="folder">The folder; null: that of <c>TORCH_HOME</c>, else of <c>XDG_CACHE_HOME/torch</c>, else of
/// <c>~/.cache/torch</c>.</param>
public sealed class TorchHubCacheSource(string? folder = null) : IWeightSource
{
    private const string Address = "https://download.pytorch.org/models/";

    private readonly string _folder = folder ?? Path.Combine(Home(), "hub", "checkpoints");

    /// <inheritdoc/>
    public string Describe(WeightRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.TorchFile is { } file
            ? $"PyTorch's cache, '{Path.Combine(_folder, file)}' (it can be had from {Address}{file})"
            : "PyTorch's cache (the weights have no file there)";
    }

    /// <inheritdoc/>
    public async Task<WeightLocation?> FindAsync(
        WeightRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.TorchFile is not { } file) return null;
        var path = Path.Combine(_folder, string.Join('/', SafePath.Segments(file, "file")));
        if (!File.Exists(path)) return null;
        var sha256 = await Sha256.VerifyAsync(
            path, request.Sha256, "Delete it and download it again.", cancellationToken).ConfigureAwait(false);
        return sha256.StartsWith(Digits(file), StringComparison.OrdinalIgnoreCase)
            ? new(path, new($"torch hub {file}", sha256))
            : throw new WeightFormatException(
                path, $"has the SHA-256 {sha256}, which does not begin as its name says. Delete it and download it again.");
    }

    /// <summary>The first digits of the checksum, which stand after the last dash of the name; nothing where none do.</summary>
    private static string Digits(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var digits = name[(name.LastIndexOf('-') + 1)..];
        return digits.Length >= 8 && digits.All(char.IsAsciiHexDigit) ? digits : "";
    }

    private static string Home() => Environment.GetEnvironmentVariable("TORCH_HOME") ?? Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "torch");
}
