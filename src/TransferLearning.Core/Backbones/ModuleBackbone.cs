using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Makes a backbone of any module of your own: what it returns are the features.</summary>
/// <remarks>
/// The module maps the input to features <c>[N, D]</c>, a map <c>[N, D, H, W]</c> or a sequence <c>[N, T, D]</c>;
/// maps and sequences are averaged for heads that read one vector. Name the module's stages to freeze, train and cache it in parts.
/// </remarks>
public sealed class ModuleBackbone : IPretrainedBackbone
{
    /// <summary>A module as one layer group, or as the given stages, which must be the module when run in order.</summary>
    /// <param name="id">Name of the backbone in reports and saved models.</param>
    /// <param name="module">The module; the backbone owns it from now on.</param>
    /// <param name="featureSize">Width D of the features.</param>
    /// <param name="stages">Sub-modules of <paramref name="module"/> from the input to the output; none: the whole module is one
    /// group.</param>
    /// <exception cref="ArgumentException">A stage is no sub-module of the module.</exception>
    public ModuleBackbone(
        string id, nn.Module<Tensor, Tensor> module, int featureSize, params (string Name, nn.Module<Tensor, Tensor> Stage)[] stages)
        : this(id, module, featureSize, Groups(module, stages)) { }

    /// <summary>
    /// A module with layer groups of your own, which may read and write more tensors than the values: masks, decoder ids, lengths.
    /// </summary>
    /// <param name="id">Name of the backbone in reports and saved models.</param>
    /// <param name="module">The module; the backbone owns it from now on.</param>
    /// <param name="featureSize">Width D of the features.</param>
    /// <param name="groups">Its stages from the input to the output; at least one.</param>
    public ModuleBackbone(string id, nn.Module module, int featureSize, IReadOnlyList<LayerGroup> groups)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureSize);
        (Info, Module, LayerGroups) = (new BackboneInfo(id, featureSize), module, groups);
    }

    /// <inheritdoc/>
    public BackboneInfo Info { get; init; }

    /// <inheritdoc/>
    public nn.Module Module { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>Disposes the module.</summary>
    public void Dispose() => Module.Dispose();

    private static IReadOnlyList<LayerGroup> Groups(
        nn.Module<Tensor, Tensor> module, (string Name, nn.Module<Tensor, Tensor> Stage)[] stages)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(stages);
        return stages.Length == 0
            ? [new LayerGroup("body", [""], input => input.WithValues(module.call(input.Values)))]
            : [.. stages.Select(stage => Group(module, stage.Name, stage.Stage))];
    }

    private static LayerGroup Group(nn.Module module, string name, nn.Module<Tensor, Tensor> stage)
    {
        var prefix = module.named_modules().FirstOrDefault(child => ReferenceEquals(child.module, stage)).name
            ?? throw new ArgumentException(
                $"The stage '{name}' is no registered sub-module of {module.GetName()}: make it a field before RegisterComponents() "
                + "is called.");
        return new LayerGroup(name, [prefix], input => input.WithValues(stage.call(input.Values)));
    }
}
