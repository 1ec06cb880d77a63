using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Vision;

/// <summary>
/// An image network as its reference defines it: layer groups, a global average, a linear classifier.
/// Images <c>[N, 3, H, W]</c> in, logits <c>[N, 1000]</c> out.
/// </summary>
internal abstract class ImageNetwork(string name) : Module<Tensor, Tensor>(name)
{
    /// <summary>The stages before the average, from the input on.</summary>
    public abstract IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>The original classifier; belongs to no layer group.</summary>
    public abstract Linear Classifier { get; }

    /// <summary>The classifier's name in the state dict.</summary>
    public abstract string ClassifierName { get; }

    /// <summary>Averages a map <c>[N, D, H, W]</c> to a vector <c>[N, D]</c>.</summary>
    public static Tensor Pool(Tensor map) => map.mean([2, 3]);

    public sealed override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var input = new TensorSet(images);
        var hidden = input;
        foreach (var group in LayerGroups)
        {
            var next = group.Forward(hidden);
            if (hidden != input) hidden.Dispose();
            hidden = next;
        }
        return Classifier.call(Pool(hidden.Values)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the weights from torch's generator. Batch norms are born neutral, and the classifier as torch draws a linear layer.</summary>
    public virtual void Initialise()
    {
        foreach (var convolution in modules().OfType<Convolution>()) convolution.Initialise();
    }

    /// <summary>In PyTorch's order, parameters and buffers module by module; TorchSharp lists all buffers last.</summary>
    public sealed override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        var state = destination ?? [];
        Collect(this, string.IsNullOrEmpty(prefix) ? "" : prefix + ".");
        return state;

        void Collect(Module module, string path)
        {
            foreach (var (name, parameter) in module.named_parameters(recurse: false)) state.Add(path + name, parameter);
            foreach (var (name, buffer) in module.named_buffers(recurse: false)) state.Add(path + name, buffer);
            foreach (var (name, child) in module.named_children()) Collect(child, $"{path}{name}.");
        }
    }

    /// <summary>
    /// A layer group of which the hidden state is one map. Every group lays its input out anew, so that a group
    /// computes the same bits wherever its input comes from.
    /// </summary>
    protected static LayerGroup Group(string name, IReadOnlyList<string> prefixes, Func<Tensor, Tensor> forward) => new(name, prefixes, hidden =>
    {
        using var map = ChannelsLast.Of(hidden.Values);
        return new TensorSet(forward(map));
    });
}
