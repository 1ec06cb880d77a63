using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>An image network as a backbone. <see cref="VisionBackbones"/> creates it; it owns its module.</summary>
public sealed class VisionBackbone : IPretrainedBackbone
{
    private readonly ImageNetwork _network;

    internal VisionBackbone(ImageNetwork network, BackboneInfo info, LoadReport? report = null) =>
        (_network, Info, LoadReport) = (network, info, report);

    /// <inheritdoc/>
    public BackboneInfo Info { get; private set; }

    /// <summary>What was loaded from the weight file; null where the weights are random.</summary>
    public LoadReport? LoadReport { get; }

    /// <summary>
    /// The network with the reference's parameter names. Called with images <c>[N, 3, H, W]</c> (float32, normalised as
    /// <see cref="BackboneInfo.Input"/> says) it gives the reference's output: logits <c>[N, 1000]</c> of the original classifier; the pooled
    /// features where a cut has changed them.
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

    /// <summary>
    /// Cuts the end off: <c>UpTo("features.29")</c>, <c>UpTo("layer3")</c>. What comes after that module is disposed, the original
    /// classifier reads nothing more, and the features are what the module gives, pooled. Where the reference goes on with an activation or a
    /// pooling that the stage computes with the module (after ResNet's <c>bn1</c>) it is no end; what ends the stage is (<c>maxpool</c>).
    /// </summary>
    /// <param name="module">
    /// The module's name in the reference: a stage, the last module of a stage, or one of a sequence, but none within a block.
    /// </param>
    /// <returns>This backbone, whose <see cref="Info"/> names the cut: it is saved with a model. Cut before a head is put on.</returns>
    /// <exception cref="ArgumentException">
    /// The network cannot be cut there, and is as it was: the message lists where it can. Or the shapes of an image of
    /// <see cref="BackboneInfo.Input"/> do not fit: the backbone is disposed.
    /// </exception>
    public VisionBackbone UpTo(string module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Cut(new(module, IsEnd: true));
    }

    /// <summary>
    /// Takes a module out, which is disposed: <c>Without("features.30")</c>. The names of the others do not change. The original classifier
    /// stays where the width of the features does.
    /// </summary>
    /// <param name="module">The module's name in the reference: one of a sequence, or a whole stage.</param>
    /// <inheritdoc cref="UpTo"/>
    public VisionBackbone Without(string module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Cut(new(module, IsEnd: false));
    }

    /// <summary>Makes a cut.</summary>
    internal VisionBackbone Cut(NetworkCut cut)
    {
        Info = Info with
        {
            FeatureSize = cut.Apply(_network, ImageSpec.Of(this)), Configuration = cut.AddTo(Info.Configuration),
            Labels = _network.HasClassifier ? Info.Labels : [],
        };
        return this;
    }

    /// <summary>Disposes the module.</summary>
    public void Dispose() => _network.Dispose();
}
