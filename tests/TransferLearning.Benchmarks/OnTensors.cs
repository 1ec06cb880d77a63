using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>A network on tensors as they are, without images to decode or texts to split. Borrows the network.</summary>
internal sealed class OnTensors(IPretrainedBackbone network) : IPretrainedBackbone
{
    public BackboneInfo Info { get; } = network.Info with { Input = null };

    public nn.Module Module => network.Module;

    public IReadOnlyList<LayerGroup> LayerGroups => network.LayerGroups;

    public Tensor Pool(TensorSet hidden) => network.Pool(hidden);

    public TensorSet Positions(TensorSet hidden) => network.Positions(hidden);

    public void Dispose() { }
}
