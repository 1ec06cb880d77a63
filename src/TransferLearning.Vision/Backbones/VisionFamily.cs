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

    /// <summary>What the reference calls them: a member of torchvision's enumeration, or timm's tag.</summary>
    public string WeightsName { get; init; } = "IMAGENET1K_V1";

    /// <summary>The first answer's accuracy with them, per cent; null where it was not published.</summary>
    public double? Top1 { get; init; }

    /// <summary>Further weights of the same network.</summary>
    public IReadOnlyList<PublishedWeights> Further { get; init; } = [];

    /// <summary>All weights, its own first.</summary>
    public IEnumerable<PublishedWeights> Published => [new(WeightsName, Weights, Input, Licence, Top1), .. Further];

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
        string id, Func<ImageNetwork> build, string file, double top1, int resize = 256, int crop = 224,
        Interpolation interpolation = Interpolation.Bilinear) =>
        new(id, build)
        {
            Input = new ImageSpec { Height = crop, Width = crop, ResizeSize = resize, Interpolation = interpolation },
            Weights = new(id) { TorchFile = file },
            Licence = "BSD-3-Clause",
            Top1 = top1,
        };

    /// <summary>The same with torchvision's second weights too, which timm has where it has the first.</summary>
    public VisionEntry AndSecond(string hash, double top1, int resize = 232) => And(new(
        "IMAGENET1K_V2",
        new($"{Id}.IMAGENET1K_V2") { Repository = Weights.Repository?.Replace(".tv_", ".tv2_"), TorchFile = $"{Id}-{hash}.pth" },
        Input with { ResizeSize = resize, Interpolation = Interpolation.Bilinear }, Licence, top1));

    /// <summary>
    /// The same with weights too that were pretrained on tagged photographs (Singh et al., "Revisiting weakly supervised pre-training of
    /// visual perception models", 2022).
    /// </summary>
    public VisionEntry AndSwag(string name, string file, double top1, int size) => And(new(
        name, new($"{Id}.{name}") { TorchFile = $"{Id}_{file}.pth" },
        Input with { Height = size, Width = size, ResizeSize = size, Interpolation = Interpolation.Bicubic }, "CC-BY-NC-4.0", top1));

    /// <summary>The same network with other weights of its own.</summary>
    public VisionEntry With(PublishedWeights weights) => this with
    {
        WeightsName = weights.Name, Weights = weights.Request, Input = weights.Input, Licence = weights.Licence, Top1 = weights.Top1,
    };

    /// <summary>The same for weights that were trained on images from -1 to 1.</summary>
    public VisionEntry FromMinusOneToOne() => this with { Input = Input with { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] } };

    private VisionEntry And(PublishedWeights weights) => this with { Further = [.. Further, weights] };
}
