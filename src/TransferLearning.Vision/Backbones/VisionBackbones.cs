namespace TransferLearning.Vision;

/// <summary>The image networks of this library, by name. A new family is one file with its table, and one line here.</summary>
public static partial class VisionBackbones
{
    private static readonly VisionFamily[] Families =
    [
        EfficientNetLite.Family, EfficientNet.Family, ResNet.Family, CifarResNet.Family, RegNet.Family, DenseNet.Family,
        ConvNext.Family, ConvNextV2.Family, VisionTransformer.Family, Swin.Family,
        MobileNetV1.Family, MobileNetV2.Family, MobileNetV3.Family, MnasNet.Family, ShuffleNetV2.Family, SqueezeNet.Family,
        Vgg.Family, AlexNet.Family, GoogLeNet.Family, InceptionV3.Family,
    ];

    /// <summary>
    /// Names that <see cref="Create"/> knows, family by family: those of torchvision, of timm where only timm has the network or weights
    /// for it, and
    /// <c>cifar_resnet20</c> to <c>110</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = [.. Families.SelectMany(family => family.Entries).Select(entry => entry.Id)];

    /// <summary>Every network with the weights that were published for it, family by family.</summary>
    public static IReadOnlyList<PublishedNetwork> List() =>
    [
        .. Families.SelectMany(family => family.Entries.Select(entry => new PublishedNetwork(entry.Id, family.Name, [.. entry.Published]))),
    ];

    /// <summary>
    /// Creates a network with random weights, drawn from torch's generator as the reference draws them:
    /// <c>torch.manual_seed</c> makes them reproducible. In training mode, as every new torch module. The caller owns the backbone.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, or timm's name (<c>tf_efficientnet_lite0</c>).</param>
    /// <param name="input">
    /// Makes another input of the network's own: <c>input =&gt; input with { Height = 96, Width = 96 }</c>. Null: the network's own.
    /// </param>
    /// <param name="size">
    /// Rows and columns of another input, which shows the same share of the image; <paramref name="input"/> gets it. Null (default): the
    /// network's own.
    /// </param>
    /// <exception cref="ArgumentException">No network has that name; the message names the nearest and lists all families. Or the network
    /// takes no images of that size.</exception>
    public static VisionBackbone Create(string name, Func<ImageSpec, ImageSpec>? input = null, int? size = null)
    {
        var entry = Get(name);
        var spec = Input(entry, input, size);
        var network = Build(entry);
        return Owned(network, () =>
        {
            network.FitTo(spec, isOfTimm: false);
            network.Initialize();
            return new VisionBackbone(network, Describe(entry, network, spec));
        });
    }

    /// <summary>
    /// Creates a network with pretrained weights, in evaluation mode. The caller owns the backbone.
    /// <see cref="BackboneInfo.Weights"/> says where the weights came from, <see cref="VisionBackbone.LoadReport"/> what was loaded.
    /// </summary>
    /// <remarks>
    /// All weights but the classifier's must fit. A classifier that does not fit (a model fine-tuned for other classes) is left out:
    /// the original classifier then keeps random values, and <see cref="BackboneInfo.Labels"/> is empty.
    /// Labels are read from <c>labels.txt</c> beside the weights, one a line.
    /// </remarks>
    /// <param name="name">One of <see cref="Names"/>, or timm's name (<c>tf_efficientnet_lite0</c>).</param>
    /// <param name="weights">
    /// A file (safetensors or PyTorch checkpoint), or a folder that holds one; or the name of published ones, such as
    /// <c>IMAGENET1K_V2</c> (<see cref="List"/> has them), with the input that they want. What is there as a file or folder is no name.
    /// Published weights are looked for in a weights package beside the application, in the caches of Hugging Face's tools and PyTorch,
    /// and on the hub, in this order. Null: those that <see cref="List"/> names first.
    /// </param>
    /// <param name="input">
    /// Makes another input of the network's own, such as larger images or another decoding: <c>input =&gt; input with { ... }</c>. It is
    /// saved
    /// with the model. Null: the network's own.
    /// </param>
    /// <param name="size">
    /// Rows and columns of another input, which shows the same share of the image; <paramref name="input"/> gets it. The places of a
    /// transformer are resampled. Null (default): the network's own.
    /// </param>
    /// <param name="options">
    /// What else may differ between file and network, beside the classifier: other names, tensors that the file lacks, which are then
    /// drawn.
    /// Null: nothing.
    /// </param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="ArgumentException">No network has that name, the message names the nearest and lists all families; or the network
    /// has no weights of that name, the message lists those that it has.</exception>
    /// <exception cref="FileNotFoundException">No place has the weights; the message lists the places.</exception>
    /// <exception cref="WeightFormatException">The file is damaged or of another format.</exception>
    /// <exception cref="WeightMismatchException">The file does not fit the network; the message names the tensors.</exception>
    public static VisionBackbone Load(
        string name, string? weights = null, Func<ImageSpec, ImageSpec>? input = null, int? size = null,
        WeightLoadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var (entry, path) = Choose(Get(name), weights);
        return Read(entry, Places(path).Find(entry.Weights, progress, cancellationToken), path is null, Input(entry, input, size), options);
    }

    /// <summary>
    /// Creates a network with the weights of an open file, which may be of a format of another package, in evaluation mode. The caller owns
    /// the backbone, and the file, which may be closed afterwards.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, or timm's name.</param>
    /// <param name="file">The weights. Labels are read from <c>labels.txt</c> beside it.</param>
    /// <param name="input">Makes another input of the network's own; null (default): the network's own.</param>
    /// <param name="size">
    /// Rows and columns of another input, which shows the same share of the image; <paramref name="input"/> gets it. The places of a
    /// transformer are resampled. Null (default): the network's own.
    /// </param>
    /// <param name="options">What else may differ between file and network, beside the classifier; null (default): nothing.</param>
    /// <exception cref="ArgumentException">No network has that name; the message names the nearest and lists all families.</exception>
    /// <exception cref="WeightFormatException">The file is damaged.</exception>
    /// <exception cref="WeightMismatchException">The file does not fit the network; the message names the tensors.</exception>
    public static VisionBackbone Load(
        string name, WeightFile file, Func<ImageSpec, ImageSpec>? input = null, int? size = null, WeightLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var entry = Get(name);
        return Read(entry, file, Places(file.Path).Find(entry.Weights), isKnown: false, Input(entry, input, size), options);
    }

    /// <summary>Creates a network with pretrained weights: a download holds no thread, and they are loaded on one of the pool.</summary>
    /// <inheritdoc cref="Load(string, string, Func{ImageSpec, ImageSpec}, int?, WeightLoadOptions, IProgress{DownloadProgress}, CancellationToken)"/>
    public static async Task<VisionBackbone> LoadAsync(
        string name, string? weights = null, Func<ImageSpec, ImageSpec>? input = null, int? size = null,
        WeightLoadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var (entry, path) = Choose(Get(name), weights);
        var location = await Places(path).FindAsync(entry.Weights, progress, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Read(entry, location, path is null, Input(entry, input, size), options), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The network of that name or alias; null where there is none.</summary>
    internal static VisionEntry? Find(string name) =>
        Families.SelectMany(family => family.Entries).FirstOrDefault(entry => entry.Id == name || entry.Alias == name);

    /// <summary>The network with the weights of that name; or the network, and the path that it is.</summary>
    private static (VisionEntry Entry, string? Path) Choose(VisionEntry entry, string? weights)
    {
        if (weights is null) return (entry, null);
        if (Path.Exists(weights) || weights.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(weights)) return (entry, weights);
        return entry.Published.FirstOrDefault(published => published.Name == weights) is { } named
            ? (entry.With(named), null)
            : throw new ArgumentException(
                $"'{entry.Id}' has no weights '{weights}', and there is no file or folder of that name. It has "
                + $"{string.Join(", ", entry.Published.Select(published => published.Name))}.",
                nameof(weights));
    }

    private static WeightLocator Places(string? weights) =>
        weights is null ? new WeightLocator() : new WeightLocator(new WeightFileSource(weights));

    private static VisionBackbone Read(
        VisionEntry entry, WeightLocation location, bool isKnown, ImageSpec input, WeightLoadOptions? options)
    {
        using var file = WeightFile.Open(location.Path);
        return Read(entry, file, location, isKnown, input, options);
    }

    /// <param name="entry">The network.</param>
    /// <param name="file">Its weights.</param>
    /// <param name="location">Where they are.</param>
    /// <param name="isKnown">Whether they are the published ones.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">What may differ.</param>
    private static VisionBackbone Read(
        VisionEntry entry, WeightFile file, WeightLocation location, bool isKnown, ImageSpec input, WeightLoadOptions? options)
    {
        var network = Build(entry);
        return Owned(network, () =>
        {
            // What the options let be absent is not to hold whatever the memory held.
            if (options is not null) network.Initialize();
            var given = options ?? new();
            var own = new WeightLoadOptions
            {
                HeadPrefixes = [network.ClassifierName], Head = HeadPolicy.Skip, Ignored = entry.Unused, MayBeMissing = entry.Computed,
                OtherNames = entry.TimmNames, Memory = WeightMemory.Read,
            };
            var report = WeightLoader.Load(network, file, (given with { Rules = [.. given.Rules, .. entry.Renames] }).With(own));
            var isOfTimm = entry.TimmNames is { } names && report.Renamed.Any(tensor => tensor.Rule.Contains(names.Library, StringComparison.Ordinal));
            network.FitTo(input, isOfTimm);
            network.eval();
            var info = Describe(entry, network, input) with
            {
                Weights = location.Provenance with { Licence = location.Provenance.Licence ?? (isKnown ? entry.Licence : null) },
                Labels = report.HeadSkipped.Count == 0 ? ReadLabels(location.Path, entry.Classes) : [],
            };
            return new VisionBackbone(network, info, report);
        });
    }

    /// <summary>The backbone that owns the network, which is freed where there is none.</summary>
    private static VisionBackbone Owned(ImageNetwork network, Func<VisionBackbone> backbone)
    {
        try
        {
            return backbone();
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static ImageNetwork Build(VisionEntry entry)
    {
        TorchRuntime.Initialize();
        return entry.Build();
    }

    private static string[] ReadLabels(string weights, long count)
    {
        var file = Path.Combine(Directory.Exists(weights) ? weights : Path.GetDirectoryName(weights)!, "labels.txt");
        return File.Exists(file) && File.ReadAllLines(file) is var labels && labels.Length == count ? labels : [];
    }

    private static ImageSpec Input(VisionEntry entry, Func<ImageSpec, ImageSpec>? input, int? size)
    {
        var own = size is null ? entry.Input : entry.Input.Resized(size.Value);
        return input is null ? own : input(own);
    }

    private static BackboneInfo Describe(VisionEntry entry, ImageNetwork network, ImageSpec input) =>
        new(entry.Id, network.FeatureSize) { Input = input };

    private static VisionEntry Get(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Find(name)
            ?? throw new ArgumentException(
                $"There is no vision backbone '{name}'.{NearestName.Hint(name, Names)} "
                + $"VisionBackbones.Names lists the networks of {string.Join(", ", Families.Select(family => family.Name))}.",
                nameof(name));
    }
}
