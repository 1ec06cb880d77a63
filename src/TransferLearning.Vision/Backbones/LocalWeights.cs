using System.Text.Json;

namespace TransferLearning.Vision;

/// <summary>Weights on this machine, which say of which network they are.</summary>
internal static class LocalWeights
{
    private const string Description = "config.json";

    /// <summary>A backbone by its name, or with the weights of a file or folder, which are looked for nowhere else.</summary>
    /// <exception cref="FileNotFoundException">It has the form of a path, and nothing is there.</exception>
    /// <exception cref="ArgumentException">The file or folder does not say which network it is of; or no network has that name.</exception>
    public static VisionBackbone Open(
        string backbone, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(backbone);
        if (VisionBackbones.Find(backbone) is null && Path.Exists(backbone))
            return VisionBackbones.Load(NetworkOf(backbone), backbone, cancellationToken: cancellation);
        var isPath = backbone.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(backbone);
        return !isPath ? VisionBackbones.Load(backbone, progress: progress, cancellationToken: cancellation)
            : throw new FileNotFoundException(
                $"There is no file or folder '{backbone}' (looked for '{Path.GetFullPath(backbone)}'). "
                + "Give the weights of a backbone, or its name, one of VisionBackbones.Names.", backbone);
    }

    /// <summary>What timm's config.json says, or else the name of the file or folder, or of the file in it.</summary>
    private static string NetworkOf(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Architecture(Path.Combine(folder, Description))
            ?? VisionBackbones.Find(Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path)))?.Id
            ?? (Directory.Exists(path) && WeightFile.Find(path) is { } file ? VisionBackbones.Find(Path.GetFileNameWithoutExtension(file))?.Id : null)
            ?? throw new ArgumentException(
                $"'{path}' does not say of which network its weights are: put timm's {Description} beside them, name the file or "
                + "folder after it "
                + "(VisionBackbones.Names lists the names), or give VisionBackbones.Load the name and the path.");
    }

    private static string? Architecture(string file)
    {
        if (!File.Exists(file)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            return json.RootElement.TryGetProperty("architecture", out var name) ? name.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new WeightFormatException(file, $"is no description of a network: {error.Message} Restore or remove it.", error);
        }
    }
}
