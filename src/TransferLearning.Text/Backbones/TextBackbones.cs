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
    /// <param name="tokenizer">Cuts texts into tokens; null: the backbone takes token ids, and <see cref="BackboneInfo.Input"/> is
    /// null.</param>
    /// <exception cref="ArgumentException">No network has that name; the message names the nearest.</exception>
    public static TextBackbone Create(string name, Tokenizer? tokenizer = null)
    {
        var known = KnownText.Find(name);
        if (known.Configuration is not { } configuration) throw KnownText.Unknown(name);
        var model = TextModel.Build(known.Id, configuration);
        model.Network.Initialize(_ => true);
        return new TextBackbone(
            model, tokenizer is null ? null : new TextSpec { Tokenizer = tokenizer, MaxLength = model.Network.MaxLength });
    }

    /// <summary>
    /// Loads a network with pretrained weights, in evaluation mode. The caller owns the backbone.
    /// <see cref="BackboneInfo.Weights"/> says where the weights came from, <see cref="TextBackbone.LoadReport"/> what was loaded.
    /// </summary>
    /// <param name="name">
    /// One of <see cref="Names"/>; or a folder or weight file on this machine, which is looked for nowhere else; or any repository on the
    /// hub, <c>owner/name</c>, with a <c>model.safetensors</c>.
    /// </param>
    /// <param name="weights">
    /// A weight file with its configuration and tokenizer beside it, or a folder as <see cref="Open"/> takes it. Null: looks for a weights
    /// package beside the application, in the cache of Hugging Face's tools, and on the hub, in this order.
    /// </param>
    /// <param name="input">What is to be read otherwise than the files say: <c>input => input with { MaxLength = 64 }</c>. Null:
    /// nothing.</param>
    /// <param name="options">
    /// What else may differ between file and network, beside a head: other names, tensors that the file lacks, which are then drawn.
    /// Null: nothing.
    /// </param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="ArgumentException">No network has that name, and the message names the nearest; or the input is longer than the
    /// network reads.</exception>
    /// <exception cref="FileNotFoundException">No place has the weights, or what belongs beside them; the message says what is
    /// missing.</exception>
    /// <exception cref="NotSupportedException">The configuration asks for something unknown; the message names file and field.</exception>
    /// <exception cref="WeightFormatException">The file is damaged or of another format.</exception>
    /// <exception cref="WeightMismatchException">The file does not fit the network; the message names the tensors.</exception>
    public static TextBackbone Load(
        string name, string? weights = null, Func<TextSpec, TextSpec>? input = null, WeightLoadOptions? options = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (weights is null && KnownText.IsPath(name)) return Open(name, input, options);
        var known = KnownText.Find(name);
        return Read(known, Places(weights).Find(known.Request, progress, cancellationToken), weights is null, input, options);
    }

    /// <summary>Loads a network with pretrained weights: a download holds no thread, and they are loaded on one of the pool.</summary>
    /// <inheritdoc cref="Load"/>
    public static async Task<TextBackbone> LoadAsync(
        string name, string? weights = null, Func<TextSpec, TextSpec>? input = null, WeightLoadOptions? options = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (weights is null && KnownText.IsPath(name))
            return await Task.Run(() => Open(name, input, options), cancellationToken).ConfigureAwait(false);
        var known = KnownText.Find(name);
        var location = await Places(weights).FindAsync(known.Request, progress, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Read(known, location, weights is null, input, options), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens a model's folder: config.json, weights (model.safetensors or pytorch_model.bin, sharded or not) and the tokenizer's files.
    /// In evaluation mode; the caller owns the backbone. Weights of a head are left out and reported.
    /// </summary>
    /// <remarks>How token vectors are pooled, and whether sentence vectors are normalised, is read from sentence-transformers' files where
    /// they are there.</remarks>
    /// <param name="path">The folder, whose name becomes the backbone's id; or a weight file in it.</param>
    /// <param name="input">What is to be read otherwise than the files say: <c>input => input with { MaxLength = 64 }</c>. Null:
    /// nothing.</param>
    /// <param name="options">
    /// What else may differ between file and network, beside a head: other names, tensors that the file lacks, which are then drawn.
    /// Null: nothing.
    /// </param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder lacks configuration, weights or tokenizer; the message says which.</exception>
    /// <exception cref="NotSupportedException">The configuration asks for something unknown; the message names file and field.</exception>
    /// <exception cref="InvalidDataException">A configuration is damaged or contradictory; the message names file and field.</exception>
    /// <exception cref="TokenizerFormatException">A file of the tokenizer is damaged or not supported.</exception>
    /// <exception cref="ArgumentException">The input is longer than the network reads.</exception>
    /// <exception cref="WeightFormatException">The weights are damaged.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the configuration; the message names the tensors.</exception>
    public static TextBackbone Open(string path, Func<TextSpec, TextSpec>? input = null, WeightLoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var folder = TextFolder.Of(path);
        return Read(folder.Name, folder, new WeightProvenance(folder.Name), input, options);
    }

    /// <summary>
    /// Opens the folder of a model that the reference fine-tuned for classification of texts or tokens, with its head and
    /// the labels of config.json, or a masked language model (an architecture ...ForMaskedLM), which has an output for each token and no
    /// labels:
    /// it predicts as it is. In evaluation mode; the caller owns the model, which owns its backbone.
    /// </summary>
    /// <param name="path">As <see cref="Open"/> takes it.</param>
    /// <param name="objective">What the head was trained for; null (default): what config.json's <c>problem_type</c> says, or its number
    /// of labels: <see cref="Regression"/> for one, <see cref="CrossEntropy"/> for several.</param>
    /// <param name="input">What is to be read otherwise than the files say. Null: nothing.</param>
    /// <param name="options">What else may differ between file and model, network and head alike: other names, tensors that the file
    /// lacks, which are then drawn. Null: nothing.</param>
    /// <exception cref="NotSupportedException">As <see cref="Open"/>; or the <c>problem_type</c> is unknown, and no objective is
    /// given.</exception>
    /// <exception cref="WeightMismatchException">As <see cref="Open"/>; or the file has no classification head.</exception>
    /// <exception cref="InvalidDataException">As <see cref="Open"/>; or the labels are not as many as the head's outputs or not all
    /// different, or the architecture has a head of another kind.</exception>
    public static TransferModel OpenClassifier(
        string path, IObjective? objective = null, Func<TextSpec, TextSpec>? input = null, WeightLoadOptions? options = null)
    {
        var backbone = Open(path, input, options);
        try
        {
            return new FineTunedHead(backbone, TextFolder.Of(path).Weights, options ?? new()).Open(objective);
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>A network whose weights are about to be loaded from an artefact: they hold whatever the memory held.</summary>
    internal static TextBackbone Blank(string id, TextConfiguration configuration, TextSpec? input, WeightProvenance? weights = null) =>
        Finish(TextModel.Build(id, configuration), model => new TextBackbone(model, input, weights));

    /// <summary>
    /// Opens a model that <see cref="TransferModel.Save"/> or <see cref="TransferModel.SaveAdapter"/> wrote, to train it further or to
    /// predict;
    /// in evaluation mode. The caller owns it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">What it may be made of beside the reference's heads; null (default): the kinds of this library.</param>
    /// <param name="weights">Where the backbone's weights are that a saved adapter lacks, as for <see cref="Load"/>; null (default):
    /// looked for by the backbone's name.</param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no place has the weights that it lacks.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model that reads no texts.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">The model has a head, objective, metric or adapter of a kind that was not given, or an adapter
    /// was trained on other weights.</exception>
    public static TransferModel OpenModel(
        string path, Kinds? kinds = null, string? weights = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var artefact = ModelArtefact.Open(path, (kinds ?? Kinds.Default).WithTextHeads());
        if (artefact.Input(TextSpec.Read) is not { } input || artefact.Configuration is not { } configuration)
            throw new WeightFormatException(path, "holds a model that reads no texts. Open it with the package that saved it.");
        if (artefact.Lacks is not null)
            return artefact.Restore(
                Load(weights ?? artefact.BackboneId, input: _ => input, progress: progress, cancellationToken: cancellationToken));
        TextBackbone backbone;
        try
        {
            // A weight takes a byte or more.
            backbone = Blank(
                artefact.BackboneId, new TextConfiguration(configuration, path, new FileInfo(path).Length), input, artefact.PretrainedWeights);
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new WeightFormatException(path, $"holds a network that cannot be built. {error.Message}", error);
        }
        return artefact.Restore(backbone);
    }

    /// <summary>Opens a saved model on a thread of its own.</summary>
    /// <inheritdoc cref="OpenModel"/>
    public static Task<TransferModel> OpenModelAsync(
        string path, Kinds? kinds = null, string? weights = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => OpenModel(path, kinds, weights, progress, cancellationToken), cancellationToken);

    private static WeightLocator Places(string? weights) =>
        weights is null ? new WeightLocator() : new WeightLocator(new WeightFileSource(weights));

    /// <param name="known">The encoder.</param>
    /// <param name="location">Its weights.</param>
    /// <param name="isKnown">Whether they are the published ones.</param>
    /// <param name="input">What is to be read otherwise.</param>
    /// <param name="options">What may differ.</param>
    private static TextBackbone Read(
        KnownText known, WeightLocation location, bool isKnown, Func<TextSpec, TextSpec>? input, WeightLoadOptions? options)
    {
        var provenance = location.Provenance with { Licence = location.Provenance.Licence ?? (isKnown ? known.Licence : null) };
        return Read(known.Id, TextFolder.Of(location.Path), provenance, input, options, known.Configuration);
    }

    private static TextBackbone Read(
        string id, TextFolder folder, WeightProvenance provenance, Func<TextSpec, TextSpec>? input, WeightLoadOptions? options, TextConfiguration? otherwise = null)
    {
        var configuration = folder.Configuration(otherwise);
        using var file = WeightFile.Open(folder.Weights);
        return Finish(TextModel.Build(id, configuration.For(file)), model =>
        {
            var spec = folder.Spec(model.Network.MaxLength);
            var report = model.Load(file, options);
            model.Network.eval();
            return new TextBackbone(model, input?.Invoke(spec) ?? spec, provenance, report);
        });
    }

    /// <summary>The network's backbone; where that fails, the network is disposed.</summary>
    private static TextBackbone Finish(TextModel model, Func<TextModel, TextBackbone> finish)
    {
        try
        {
            return finish(model);
        }
        catch
        {
            model.Network.Dispose();
            throw;
        }
    }
}
