using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Puts a head of the reference's form on the network that it was made for.</summary>
internal sealed class EncoderHeadReplacer : IHeadReplacer
{
    private readonly HeadLayout _layout;
    private readonly TextNetwork _network;

    public EncoderHeadReplacer(string kind, HeadLayout layout, TextNetwork network, IReadOnlyList<string> labels, IObjective objective)
    {
        (_layout, _network, Kind, Labels, Objective) = (layout, network, kind, OutputNames.Check(labels, objective), objective);
    }

    public string Kind { get; }

    public IReadOnlyList<string> Labels { get; }

    public IObjective Objective { get; }

    public FeatureKind Reads => FeatureKind.Map;

    public nn.Module<Features, Tensor> Build(int featureSize)
    {
        if (featureSize != _network.Width)
            throw new ArgumentException($"This head was made for features of width {_network.Width}, and the backbone has {featureSize}: put it on the backbone that made it.");
        var head = new EncoderHead(_layout, _network, Labels.Count);
        head.Initialize();
        return head;
    }
}
