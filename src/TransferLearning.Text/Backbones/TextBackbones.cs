namespace TransferLearning.Text;

/// <summary>The encoders of texts: by name, or from any folder of Hugging Face's form that holds one of the supported families.</summary>
public static class TextBackbones
{
    /// <summary>Names that <see cref="Create"/> and <see cref="Load"/> know.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. KnownText.All.Select(model => model.Id)];

    /// <summary>
    /// Creates a network with random weights, drawn from torch's generator as the reference draws them:
    /// <c>torch.manual_seed</c> makes them reproducible. In training mode, as every new torch module. The caller owns the backbone.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, or its repository (<c>google/electra-small-discriminator</c>).</param>
    /// <param name="tokenizer">Cuts texts into tokens; null: the backbone takes token ids, and <see cref="BackboneInfo.Input"/> is null.</param>
    /// <exception cref="ArgumentException">No network has that name; the message names the nearest.</exception>
    public static TextBackbone Create(string name, Tokenizer? tokenizer = null)
    {
        var known = KnownText.Find(name);
        if (known.Configuration is not { } configuration) throw KnownText.Unknown(name);
        var model = TextModel.Build(known.Id, configuration);
        model.Network.Initialize(_ => true);
        return new TextBackbone(model, tokenizer is null ? null : new TextSpec { Tokenizer = tokenizer, MaxLength = model.Network.MaxLength });
    }

    /// <summary>
    /// Creates a network with pretrained weights, in evaluation mode. The caller owns the backbone.
    /// <see cref="BackboneInfo.Weights"/> says where the weights came from, <see cref="TextBackbone.LoadReport"/> what was loaded.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, or any repository on the hub, <c>owner/name</c>, with a <c>model.safetensors</c>.</param>
    /// <param name="weights">
    /// A weight file with its configuration and tokenizer beside it, or a folder as <see cref="Open(string)"/> takes it. Null: looks for a weights
    /// package beside the application, in the cache of Hugging Face's tools, and on the hub, in this order.
    /// </param>
    /// <exception cref="ArgumentException">No network has that name; the message names the nearest.</exception>
    /// <exception cref="FileNotFoundException">No place has the weights, or what belongs beside them; the message says what is missing.</exception>
    /// <exception cref="NotSupportedException">The configuration asks for something unknown; the message names file and field.</exception>
    /// <exception cref="WeightFormatException">The file is damaged or of another format.</exception>
    /// <exception cref="WeightMismatchException">The file does not fit the network; the message names the tensors.</exception>
    public static TextBackbone Load(string name, string? weights = null)
    {
        var known = KnownText.Find(name);
        var locator = weights is null ? new WeightLocator() : new WeightLocator(new WeightFileSource(weights));
        var (path, provenance) = locator.Find(known.Request);
        var folder = Directory.Exists(path) ? new TextFolder(path) : new TextFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, path);
        return Open(known.Id, folder, provenance with { Licence = provenance.Licence ?? (weights is null ? known.Licence : null) }, known.Configuration);
    }

    /// <summary>
    /// Opens a model's folder: config.json, weights (model.safetensors or pytorch_model.bin, sharded or not) and the tokenizer's files.
    /// In evaluation mode; the caller owns the backbone. Weights of a head are left out and reported.
    /// </summary>
    /// <remarks>How token vectors are pooled, and whether sentence vectors are normalised, is read from sentence-transformers' files where they are there.</remarks>
    /// <param name="folder">The folder; its name becomes the backbone's id.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder lacks configuration, weights or tokenizer; the message says which.</exception>
    /// <exception cref="NotSupportedException">The configuration asks for something unknown; the message names file and field.</exception>
    /// <exception cref="InvalidDataException">A configuration is damaged or contradictory; the message names file and field.</exception>
    /// <exception cref="TokenizerFormatException">A file of the tokenizer is damaged or not supported.</exception>
    /// <exception cref="WeightFormatException">The weights are damaged.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the configuration; the message names the tensors.</exception>
    public static TextBackbone Open(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var id = IdOf(folder);
        return Open(id, new TextFolder(folder), new WeightProvenance(id));
    }

    /// <summary>
    /// Opens the folder of a model that the reference fine-tuned for classification of texts or tokens, with its head and
    /// the labels of config.json, or a masked language model (an architecture ...ForMaskedLM), whose labels are its tokens: it predicts as it is. In evaluation mode; the caller owns the model, which owns its backbone.
    /// </summary>
    /// <param name="folder">As <see cref="Open(string)"/> takes it.</param>
    /// <param name="objective">What the head was trained for; null (default): what config.json's <c>problem_type</c> says, or its number of labels: <see cref="Regression"/> for one, <see cref="CrossEntropy"/> for several.</param>
    /// <exception cref="NotSupportedException">As <see cref="Open(string)"/>; or the <c>problem_type</c> is unknown, and no objective is given.</exception>
    /// <exception cref="WeightMismatchException">As <see cref="Open(string)"/>; or the file has no classification head.</exception>
    /// <exception cref="InvalidDataException">As <see cref="Open(string)"/>; or the labels are not as many as the head's outputs or not all different, or the architecture has a head of another kind.</exception>
    public static TransferModel OpenClassifier(string folder, IObjective? objective = null)
    {
        var backbone = Open(folder);
        try
        {
            return backbone.WithOwnHead(new TextFolder(folder).Weights, objective);
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>A network whose weights are about to be loaded from an artefact: they hold whatever the memory held.</summary>
    internal static TextBackbone Blank(string id, TextConfiguration configuration, TextSpec? spec) => new(TextModel.Build(id, configuration), spec);

    /// <summary>A model that <see cref="TransferModel.Save"/> wrote, with the head that is given, or else of this library or the reference.</summary>
    internal static TransferModel Restore(string path, IHeadReplacer? head)
    {
        using var artefact = ModelArtefact.Open(path);
        if (artefact.Input<TextSpec>() is not { } spec || artefact.Configuration is not { } configuration)
            throw new WeightFormatException(path, "holds a model that reads no texts. Open it with the package that saved it.");
        TextBackbone backbone;
        try
        {
            // A weight takes a byte or more.
            backbone = Blank(artefact.BackboneId, new TextConfiguration(configuration, path, new FileInfo(path).Length), spec);
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException)
        {
            throw new WeightFormatException(path, $"holds a network that cannot be built. {error.Message}", error);
        }
        return artefact.Restore(backbone, head ?? backbone.ReferenceHead(artefact.HeadKind, artefact.Labels, artefact.Objective));
    }

    private static TextBackbone Open(string id, TextFolder folder, WeightProvenance provenance, TextConfiguration? otherwise = null)
    {
        var configuration = folder.Configuration(otherwise);
        using var file = WeightFile.Open(folder.Weights);
        var model = TextModel.Build(id, configuration.For(file));
        try
        {
            var spec = folder.Spec(model.Network.MaxLength);
            var report = model.Load(file);
            model.Network.eval();
            return new TextBackbone(model, spec, provenance, report);
        }
        catch
        {
            model.Network.Dispose();
            throw;
        }
    }

    private static string IdOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
