using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>An image network as a backbone. <see cref="VisionBackbones"/> creates it; it owns its module.</summary>
public sealed class VisionBackbone : IPretrainedBackbone
{
    private readonly ImageNetwork _network;

    internal VisionBackbone(ImageNetwork network, BackboneInfo info, LoadReport? report = null) =>
        (_network, Info, LoadReport) = (network, info, report);

    /// <inheritdoc/>
    public BackboneInfo Info { get; }

    /// <summary>What was loaded from the weight file; null where the weights are random.</summary>
    public LoadReport? LoadReport { get; }

    /// <summary>
    /// The network with the reference's parameter names. Called with images <c>[N, 3, H, W]</c> (float32, normalised as
    /// <see cref="BackboneInfo.Input"/> says) it gives the reference's output: logits <c>[N, 1000]</c> of the original classifier.
    /// </summary>
    public nn.Module<Tensor, Tensor> Module => _network;

    nn.Module IPretrainedBackbone.Module => _network;

    /// <inheritdoc/>
    public IReadOnlyList<LayerGroup> LayerGroups => _network.LayerGroups;

    internal bool ChannelsAreLast => _network.ChannelsAreLast;

    /// <summary>
    /// Pools as the network does, most often the mean of the last map <c>[N, D, H, W]</c> over its positions. The result belongs to the
    /// current dispose scope.
    /// </summary>
    public Tensor Pool(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return _network.Pool(hidden);
    }

    /// <summary>Disposes the module.</summary>
    public void Dispose() => _network.Dispose();
}
