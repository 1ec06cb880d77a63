namespace TransferLearning.Vision;

/// <summary>The image networks of this library, by name. A new family is one file with its table, and one line here.</summary>
public static class VisionBackbones
{
    private static readonly VisionFamily[] Families = [EfficientNetLite.Family, ResNet.Family];

    /// <summary>Names that <see cref="Create"/> knows: <c>efficientnet_lite0</c> to <c>4</c> and <c>resnet18</c>, <c>34</c>, <c>50</c>, <c>101</c>, <c>152</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Families.SelectMany(family => family.Models).Select(model => model.Id)];

    /// <summary>
    /// Creates a network with random weights, drawn from torch's generator as the reference draws them:
    /// <c>torch.manual_seed</c> makes them reproducible. The caller owns the backbone.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, or timm's name (<c>tf_efficientnet_lite0</c>).</param>
    /// <exception cref="ArgumentException">No network has that name; the message lists the nearest name and all families.</exception>
    public static VisionBackbone Create(string name)
    {
        var model = Find(name);
        TorchRuntime.Initialize();
        var network = model.Build();
        network.Initialise();
        return new VisionBackbone(network, Describe(model, network));
    }

    /// <summary>Creates a network with pretrained weights. The caller owns the backbone.</summary>
    /// <param name="name">One of <see cref="Names"/>, or timm's name (<c>tf_efficientnet_lite0</c>).</param>
    /// <param name="weights">
    /// A weight file or a folder in Hugging Face's layout; null (default): a weights package beside the application, else the
    /// Hugging Face cache, else the hub.
    /// </param>
    /// <param name="head">What to do where the file's classifier has not 1000 classes. Skip it where a new head replaces it anyway. Default: refuse.</param>
    /// <exception cref="ArgumentException">No network has that name; the message lists the nearest name and all families.</exception>
    /// <exception cref="FileNotFoundException">The weights were not found; the message says where it looked and how to get them.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, of another format, or asks for code to be run.</exception>
    /// <exception cref="WeightMismatchException">The weights are not this network's; the message names the first differences.</exception>
    public static VisionBackbone Load(string name, string? weights = null, HeadPolicy head = HeadPolicy.Refuse)
    {
        var model = Find(name);
        TorchRuntime.Initialize();
        var locator = weights is null ? new WeightLocator() : new WeightLocator(new WeightFileSource(weights));
        var location = locator.Find(new WeightRequest(model.Id)
        {
            Package = model.Package,
            Repository = model.Weights.Repository,
            File = model.Weights.Path,
        });
        var network = model.Build();
        try
        {
            WeightLoader.Load(network, location.Path, new WeightLoadOptions { HeadPrefixes = [network.ClassifierName], Head = head });
        }
        catch
        {
            network.Dispose();
            throw;
        }
        var licence = location.Provenance.Licence ?? (weights is null ? model.Weights.Licence : null);
        return new VisionBackbone(network, Describe(model, network) with
        {
            Weights = location.Provenance with { Licence = licence },
            Labels = ReadLabels(location.Path, network),
        });
    }

    private static BackboneInfo Describe(VisionModel model, ImageNetwork network) =>
        new(model.Id, checked((int)network.Classifier.in_features)) { Input = model.Input };

    private static VisionModel Find(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Families.SelectMany(family => family.Models).FirstOrDefault(model => model.Id == name || model.Alias == name)
            ?? throw new ArgumentException(
                $"There is no vision backbone '{name}'.{NearestName.Hint(name, Names)} "
                + $"Choose one of {string.Join("; ", Families.Select(f => $"{f.Name}: {string.Join(", ", f.Models.Select(m => m.Id))}"))}.",
                nameof(name));
    }

    // A weights package has the classes' names beside its weights.
    private static string[] ReadLabels(string weights, ImageNetwork network)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(weights))!, "labels.txt");
        string[] labels = File.Exists(file) ? File.ReadAllLines(file) : [];
        return labels.Length == network.Classifier.out_features ? labels : [];
    }
}
