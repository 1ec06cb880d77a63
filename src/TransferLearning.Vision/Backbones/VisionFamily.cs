namespace TransferLearning.Vision;

/// <summary>A family of networks: its name for people, and its table.</summary>
internal sealed record VisionFamily(string Name, IReadOnlyList<VisionEntry> Entries);

/// <summary>A row of a family's table: a network, and the pretrained weights that it has.</summary>
/// <param name="Id">Name under which the network is created.</param>
/// <param name="Build">Builds the network; its weights are yet to be drawn or loaded.</param>
internal sealed record VisionEntry(string Id, Func<ImageNetwork> Build)
{
    /// <summary>How its pretrained weights want images.</summary>
    public required ImageSpec Input { get; init; }

    /// <summary>Where its pretrained weights may be had.</summary>
    public required WeightRequest Weights { get; init; }

    /// <summary>Licence of those weights (SPDX).</summary>
    public required string Licence { get; init; }

    /// <summary>The reference's name, where it differs.</summary>
    public string? Alias { get; init; }
}
