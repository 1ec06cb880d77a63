namespace TransferLearning;

/// <summary>Weights that are wanted, and where they may be had.</summary>
/// <param name="Id">Name of the backbone, such as <c>"efficientnet_lite0"</c>: letters, digits, dot, dash and underscore.</param>
public sealed record WeightRequest(string Id)
{
    /// <summary>NuGet package that carries the weights, for the message when they are not found; null where there is none.</summary>
    public string? Package { get; init; }

    /// <summary>Repository on the hub, <c>owner/name</c>; null where there is none.</summary>
    public string? Repository { get; init; }

    /// <summary>Branch, tag or commit in the repository. Default: <c>"main"</c>.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>File in the repository, with forward slashes. Default: <c>"model.safetensors"</c>.</summary>
    public string File { get; init; } = "model.safetensors";

    /// <summary>
    /// Other files of the repository that are fetched beside the weights where they exist, with forward slashes: a configuration, a
    /// vocabulary. Default: none.
    /// </summary>
    public IReadOnlyList<string> Companions { get; init; } = [];

    /// <summary>File in PyTorch's cache of downloads, such as <c>"vgg16-397923af.pth"</c>; null where there is none.</summary>
    public string? TorchFile { get; init; }

    /// <summary>SHA-256 of the file in 64 hexadecimal digits; null where it is unknown.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>Weights that were found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Provenance">Where it came from.</param>
public sealed record WeightLocation(string Path, WeightProvenance Provenance);

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name in its repository.</param>
/// <param name="Received">Bytes so far, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of the whole file; null where the server does not say.</param>
public readonly record struct DownloadProgress(string File, long Received, long? Total);
