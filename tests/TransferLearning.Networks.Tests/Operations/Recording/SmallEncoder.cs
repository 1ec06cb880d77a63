using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

/// <summary>A layer of a transformer over the pixels of a convolution: one of most kinds of layers and operations.</summary>
internal sealed class SmallEncoder : Block<Tensor?>
{
    private const int Width = 8, Heads = 2;

    private readonly Convolution conv;
    private readonly BatchNorm bn;
    private readonly Layer layer;
    private readonly Dropout drop;

    public SmallEncoder()
    {
        conv = new Convolution(3, Width, kernel: 2, stride: 2, padding: Padding.None);
        bn = new BatchNorm(Width);
        layer = new Layer();
        drop = new Dropout(0.1);
        RegisterComponents();
        foreach (var part in modules().OfType<IInitializable>()) part.Initialize();
    }

    protected override Tensor Compute(Tensor images, Tensor? mask)
    {
        var x = conv.Call(ChannelsLast(images), bn, Activation.Silu);
        x = Transpose(Flatten(x, 2), 1, 2);
        return Dropout(layer.call(x, mask), drop);
    }

    private sealed class Layer : Block<Tensor?>
    {
        private readonly LayerNorm norm;
        private readonly Linear qkv;
        private readonly Linear output;
        private readonly RotaryPositions _positions = new(theta: 100, headWidth: Width / Heads, positions: 64);

        public Layer()
        {
            norm = new LayerNorm(Width);
            qkv = new Linear(Width, 3 * Width);
            output = new Linear(Width, Width);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x, Tensor? mask)
        {
            var parts = Chunk(qkv.Call(norm.call(x)), 3, -1);
            var (queries, keys) = (
                _positions.Rotate(Attention.Split(parts[0], Heads)), _positions.Rotate(Attention.Split(parts[1], Heads)));
            var mixed = Attention.OfHeads(queries, keys, Attention.Split(parts[2], Heads), Attention.Visible(mask));
            return output.Call(Attention.Merge(mixed), Activation.Gelu, residual: x);
        }
    }
}
