using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A linear layer of a head. It starts as torch's do, but from a generator of its own; at zero without one, as the last layer of a head does.
/// </summary>
internal sealed class HeadLayer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    public HeadLayer(int inputs, int outputs, Generator? generator = null, bool hasBias = true) : base(nameof(HeadLayer))
    {
        weight = nn.Parameter(zeros(outputs, inputs));
        bias = hasBias ? nn.Parameter(zeros(outputs)) : null;
        RegisterComponents();
        if (generator is null) return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var bound = 1 / Math.Sqrt(inputs);
        weight.uniform_(-bound, bound, generator);
        bias?.uniform_(-bound, bound, generator);
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight, bias);
}

/// <summary>Layers that see the values of a set alone.</summary>
internal sealed class LayersOnValues : nn.Module<TensorSet, TensorSet>
{
    private readonly nn.Module<Tensor, Tensor> layers;

    public LayersOnValues(nn.Module<Tensor, Tensor> layers) : base(nameof(LayersOnValues))
    {
        this.layers = layers;
        RegisterComponents();
    }

    public override TensorSet forward(TensorSet features) => layers.call(features.Values);
}
