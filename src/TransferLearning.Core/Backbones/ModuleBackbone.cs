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
    /// <param name="stages">Sub-modules of <paramref name="module"/> from the input to the output; none: the whole module is one group.</param>
    /// <exception cref="ArgumentException">A stage is no sub-module of the module.</exception>
    public ModuleBackbone(
        string id, nn.Module<Tensor, Tensor> module, int featureSize, params (string Name, nn.Module<Tensor, Tensor> Stage)[] stages)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureSize);
        Info = new BackboneInfo(id, featureSize);
        Module = module;
        LayerGroups = stages.Length == 0
            ? [new LayerGroup("body", [""], input => new TensorSet(module.call(input.Values), input.Mask))]
            : [.. stages.Select(stage => Group(module, stage.Name, stage.Stage))];
    }

    /// <inheritdoc/>
    public BackboneInfo Info { get; init; }

    /// <summary>The module.</summary>
    public nn.Module<Tensor, Tensor> Module { get; }

    nn.Module IPretrainedBackbone.Module => Module;

    /// <inheritdoc/>
    public IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <inheritdoc/>
    public Features Pool(TensorSet hidden) => Features.Average(hidden);

    /// <summary>Disposes the module.</summary>
    public void Dispose() => Module.Dispose();

    private static LayerGroup Group(nn.Module module, string name, nn.Module<Tensor, Tensor> stage)
    {
        var prefix = module.named_modules().FirstOrDefault(child => ReferenceEquals(child.module, stage)).name
            ?? throw new ArgumentException(
                $"The stage '{name}' is no registered sub-module of {module.GetName()}: make it a field before RegisterComponents() is called.");
        return new LayerGroup(name, [prefix], input => new TensorSet(stage.call(input.Values), input.Mask));
    }
}
