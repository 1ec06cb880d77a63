using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>BERT's layers under BERT's names.</summary>
internal sealed class BertEncoder : Module
{
    private readonly ModuleList<BertLayer> layer;

    public BertEncoder(EncoderConfiguration config) : base(nameof(BertEncoder))
    {
        layer = new ModuleList<BertLayer>([.. Enumerable.Range(0, config.Layers).Select(_ => new BertLayer(config))]);
        RegisterComponents();
    }

    /// <summary>A layer group of each layer.</summary>
    public IEnumerable<LayerGroup> Groups(Func<string, IReadOnlyList<string>, Func<Tensor, Tensor?, Tensor>, LayerGroup> group) =>
        layer.Select((one, i) => group($"layer {i + 1}", [$"encoder.layer.{i}"], one.call));
}
