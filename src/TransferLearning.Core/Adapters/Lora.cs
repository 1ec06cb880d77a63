using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// LoRA (Hu et al., "LoRA: Low-rank adaptation of large language models", 2021): two small matrices beside each of some layers are trained,
/// and the layers stay as they are: y = W x + b + s B A x. It changes modules of any class by name: linear layers, embeddings and
/// convolutions, recognised by their <c>weight</c> and by what they compute.
/// </summary>
/// <remarks>
/// <code>
/// model.Add(new Lora(model.Backbone, new LoraOptions { Rank = 8, TargetModules = ["query", "value"] }));
/// </code>
/// <see cref="LoraFineTuning"/> does so and trains it. It works through the modules' forward hooks; a module that its network does not run
/// by <c>call</c> is found out in the first forward pass of the model, and refused.
/// </remarks>
public sealed class Lora : IAdapter
{
    internal const string Name = "lora";

    private readonly OrderedDictionary<string, LoraLayer> _layers = [];
    private bool _isDisposed;

    /// <summary>Attaches LoRA to a backbone. Until it is trained or loaded it changes no output.</summary>
    /// <param name="backbone">The backbone; borrowed. It is changed by one LoRA at a time.</param>
    /// <param name="options">Which modules, and how.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or names a module that is not there or cannot be changed; the
    /// message says why.</exception>
    public Lora(IPretrainedBackbone backbone, LoraOptions options)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (Backbone, Options) = (backbone, options);
        var targets = LoraTargets.Of(backbone, options);
        CheckRanks(targets);
        using var generator = new Generator(unchecked((ulong)options.Seed), CPU);
        foreach (var (name, module, form) in targets)
        {
            var matrices = new LoraMatrices(form, options.RankOf(name), options.Dropout, module.get_parameter("weight")!, generator);
            _layers.Add(name, new LoraLayer(module, matrices, options.ScaleOf(name)));
        }
        Layers = _layers.ToDictionary(entry => entry.Key, entry => (nn.Module)entry.Value.Matrices);
        BackboneParameters = [.. options.Bias switch
        {
            LoraBias.None => [],
            LoraBias.LoraOnly => _layers.Where(entry => entry.Value.Bias is not null).Select(entry => $"{entry.Key}.bias"),
            _ => backbone.Module.named_parameters().Select(entry => entry.name)
                .Where(name => IsBias(name) && backbone.LayerGroups.Any(group => group.Owns(name))),
        }];
    }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>What it was attached with.</summary>
    public LoraOptions Options { get; }

    /// <inheritdoc/>
    public JsonObject Settings => Options.ToJson();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, nn.Module> Layers { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> BackboneParameters { get; }

    /// <inheritdoc/>
    public bool IsMerged { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string> Uncalled => _layers.Where(entry => !entry.Value.WasCalled).Select(entry => entry.Key);

    /// <summary>
    /// Puts it into the backbone's weights: the model is a plain one of the same outputs (to rounding), as fast and as large as before, and
    /// is saved as such. The weights that were there are kept to be put back; <see cref="Dispose"/> lets them go, and the merging stays. A
    /// weight that other layers use too (tied embeddings) changes for those as well.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is merged already.</exception>
    public void Merge()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (IsMerged) throw new InvalidOperationException("This LoRA is merged into the backbone's weights already.");
        foreach (var layer in _layers.Values) layer.Merge();
        IsMerged = true;
        Backbone.Module.NotifyWeightsChanged();
    }

    /// <summary>Puts the weights back that were there before <see cref="Merge"/>, bit for bit, and is attached again.</summary>
    /// <exception cref="InvalidOperationException">It is not merged.</exception>
    public void Unmerge()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!IsMerged) throw new InvalidOperationException("This LoRA is not merged into the backbone's weights.");
        foreach (var layer in _layers.Values) layer.Unmerge();
        IsMerged = false;
        Backbone.Module.NotifyWeightsChanged();
    }

    /// <summary>
    /// Saves it as peft does, adapter_config.json and adapter_model.safetensors, so that peft puts it on the same backbone in Python.
    /// Unlike <see cref="TransferModel.SaveAdapter"/> that keeps neither the labels nor which weights it was trained on.
    /// </summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="head">The head's module, to be saved with it; null: none is.</param>
    /// <param name="names">What that model calls its parts; null: as here, and the head <c>classifier</c>.</param>
    /// <exception cref="NotSupportedException">peft has no such adapter.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SavePeft(string folder, nn.Module? head = null, PeftNames? names = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        PeftFolder.Save(this, folder, head, names ?? new());
    }

    /// <summary>
    /// Attaches an adapter that peft saved (or <see cref="SavePeft"/>) to a backbone with the weights that it was trained on; give it to
    /// <see cref="TransferModel.Add"/>. Nothing is changed where it does not fit.
    /// </summary>
    /// <param name="folder">Folder with adapter_config.json and adapter_model.safetensors.</param>
    /// <param name="backbone">The backbone; borrowed.</param>
    /// <param name="head">The head's module, which is loaded where the files have it; null: a head in them is passed over.</param>
    /// <param name="names">What the files call the head; null: <c>classifier</c>.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="WeightFormatException">A file is damaged.</exception>
    /// <exception cref="NotSupportedException">It is an adapter of another kind than plain LoRA; the message says which.</exception>
    /// <exception cref="ArgumentException">The backbone lacks a module that it changes.</exception>
    /// <exception cref="WeightMismatchException">Its matrices or its head do not fit.</exception>
    public static Lora OpenPeft(string folder, IPretrainedBackbone backbone, nn.Module? head = null, PeftNames? names = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(backbone);
        return PeftFolder.Open(folder, backbone, head, names ?? new());
    }

    /// <summary>
    /// Detaches it: the backbone computes as if it had never been there, or stays merged. Biases that were trained with it stay as they
    /// are.
    /// </summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var layer in _layers.Values) layer.Dispose();
    }

    internal IPretrainedBackbone Backbone { get; }

    internal IReadOnlyDictionary<string, LoraLayer> Attached => _layers;

    internal static bool IsBias(string parameter) =>
        parameter[(parameter.LastIndexOf('.') + 1)..].Contains("bias", StringComparison.Ordinal);

    /// <summary>Ranks may come out of a file: they are not to take more memory than the layers do.</summary>
    private void CheckRanks(IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module, ILoraForm Form)> targets)
    {
        var (added, changed) = (0.0, 0.0);
        foreach (var (name, module, form) in targets)
        {
            try
            {
                var (a, b) = form.Shapes(Options.RankOf(name));
                added += Count(a) + Count(b);
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException($"LoRA cannot change '{name}' by rank {Options.RankOf(name)}: {error.Message}.", error);
            }
            changed += module.get_parameter("weight")!.numel();
        }
        if (added > changed)
            throw new ArgumentException(
                $"LoRA of rank {Options.Rank} would have {added} weights beside layers of {changed}: choose a smaller rank, or train "
                + "the layers.");

        static double Count(long[] shape) => shape.Aggregate(1.0, (count, size) => count * size);
    }
}
