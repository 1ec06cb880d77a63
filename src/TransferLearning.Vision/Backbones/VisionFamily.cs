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

    /// <summary>How many classes its original classifier tells apart.</summary>
    public int Classes { get; init; } = ImageNetwork.Classes;

    /// <summary>How names in its published files become those of the network, where they differ.</summary>
    public IReadOnlyList<NameRule> Renames { get; init; } = [];

    /// <summary>What timm calls its tensors, where timm has the same network under other names.</summary>
    public OtherNames? TimmNames { get; init; }

    /// <summary>What is computed when it is built and may be absent from a file: regular expressions of names.</summary>
    public IReadOnlyList<string> Computed { get; init; } = [];

    /// <summary>What its published files hold beside the network, which is passed over: regular expressions of names.</summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>A network with weights of torchvision: their file, and how it resizes and crops.</summary>
    public static VisionEntry Torchvision(
        string id, Func<ImageNetwork> build, string file, int resize = 256, int crop = 224, Interpolation interpolation = Interpolation.Bilinear) =>
        new(id, build)
        {
            Input = new ImageSpec { Height = crop, Width = crop, ResizeSize = resize, Interpolation = interpolation },
            Weights = new(id) { TorchFile = file },
            Licence = "BSD-3-Clause",
        };

    /// <summary>The same for weights that were trained on images from -1 to 1.</summary>
    public VisionEntry FromMinusOneToOne() => this with { Input = Input with { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] } };
}
