namespace TransferLearning.Vision;

/// <summary>A family of networks: its name for people, and its table.</summary>
internal sealed record VisionFamily(string Name, IReadOnlyList<VisionModel> Models);

/// <summary>A row of a family's table.</summary>
/// <param name="Id">Name under which the network is created.</param>
/// <param name="Build">Builds it with uninitialised weights.</param>
internal sealed record VisionModel(string Id, Func<ImageNetwork> Build)
{
    /// <summary>How its pretrained weights want images.</summary>
    public required ImageSpec Input { get; init; }

    /// <summary>Where pretrained weights lie.</summary>
    public required HubFile Weights { get; init; }

    /// <summary>NuGet package that carries the pretrained weights; null where there is none.</summary>
    public string? Package { get; init; }

    /// <summary>The reference's name, where it differs.</summary>
    public string? Alias { get; init; }
}

/// <summary>A weight file on a hub, and its licence (SPDX).</summary>
internal sealed record HubFile(string Repository, string Path, string Licence);
