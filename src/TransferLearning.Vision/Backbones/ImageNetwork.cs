using System.Collections.Frozen;
using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// An image network as its reference defines it: layer groups, what makes one vector of the last hidden state, and a classifier.
/// Images <c>[N, 3, H, W]</c> in, logits <c>[N, 1000]</c> out.
/// </summary>
internal abstract class ImageNetwork : Block
{
    /// <summary>What the original classifiers tell apart: ImageNet's.</summary>
    public const int Classes = 1000;

    /// <summary>The stages before the pooling, from the input on. What they pass on may be a map or a sequence.</summary>
    public IReadOnlyList<LayerGroup> LayerGroups { get; set; } = [];

    /// <summary>
    /// The reference's names of what ends a stage and is no module here, since it has no weights, and the stages. Default: there is none.
    /// </summary>
    public virtual IReadOnlyDictionary<string, string> StageEnds => FrozenDictionary<string, string>.Empty;

    /// <summary>Whether the features are still those that the classifier reads.</summary>
    public bool HasClassifier { get; set; } = true;

    /// <summary>Width of the pooled features of the whole network.</summary>
    public abstract int FeatureSize { get; }

    /// <summary>Whether the maps are <c>[N, H, W, D]</c> and not <c>[N, D, H, W]</c>.</summary>
    public virtual bool ChannelsAreLast => false;

    /// <summary>The original classifier, of pooled features; belongs to no layer group.</summary>
    public abstract nn.Module<Tensor, Tensor> Classifier { get; }

    /// <summary>The classifier's name in the state dict.</summary>
    public abstract string ClassifierName { get; }

    /// <summary>
    /// Pools the last hidden state: here the mean of a map <c>[N, D, H, W]</c> over its positions; vectors <c>[N, D]</c> stay as they are.
    /// The result belongs to the current dispose scope.
    /// </summary>
    public virtual Tensor Pool(TensorSet hidden) => hidden.Values.dim() == 2 ? Identity(hidden.Values) : Mean(hidden.Values, [2, 3]);

    /// <summary>Makes a network that depends on the size of its images one for that input. Before it first runs; here nothing.</summary>
    /// <param name="input">The images.</param>
    /// <param name="isOfTimm">Whether the weights have timm's names, where the network's own are torchvision's.</param>
    /// <exception cref="ArgumentException">It takes no images of that size.</exception>
    public virtual void FitTo(ImageSpec input, bool isOfTimm)
    {
    }

    /// <summary>Draws the weights from torch's generator.</summary>
    public virtual void Initialize()
    {
        foreach (var layer in modules().OfType<IInitializable>()) layer.Initialize();
    }

    /// <summary>In PyTorch's order, parameters and buffers module by module; TorchSharp lists all buffers last.</summary>
    public sealed override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        var state = destination ?? [];
        Collect(this, string.IsNullOrEmpty(prefix) ? "" : prefix + ".");
        return state;

        void Collect(nn.Module module, string path)
        {
            foreach (var (name, parameter) in module.named_parameters(recurse: false)) state.Add(path + name, parameter);
            foreach (var (name, buffer) in module.named_buffers(recurse: false)) state.Add(path + name, buffer);
            foreach (var (name, child) in module.named_children()) Collect(child, $"{path}{name}.");
        }
    }

    /// <summary>Draws the weights of linear layers anew, layer by layer; their biases are zero.</summary>
    protected static void Draw(IEnumerable<Linear> layers, Action<Tensor> draw)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var layer in layers)
        {
            draw(layer.Weight);
            layer.Bias?.zero_();
        }
    }

    /// <summary>The reference's logits of the last hidden state: here those of the pooled features.</summary>
    protected virtual Tensor Classify(TensorSet hidden) => Classifier.call(Pool(hidden));

    protected sealed override Tensor Compute(Tensor images)
    {
        var hidden = LayerGroups.Run(images, 0, LayerGroups.Count);
        return HasClassifier ? Classify(hidden) : Pool(hidden);
    }
}
