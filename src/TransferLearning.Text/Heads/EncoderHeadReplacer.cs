using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Puts a head of the reference's form on the network that it was made for.</summary>
internal sealed class EncoderHeadReplacer : IHeadReplacer
{
    private readonly HeadLayout _layout;
    private readonly TextNetwork _network;

    public EncoderHeadReplacer(string kind, HeadLayout layout, TextNetwork network, IReadOnlyList<string> labels, IObjective objective)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0 || labels.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A head needs at least one label, and none of them may be empty.", nameof(labels));
        if (labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The label '{twice.Key}' is listed {twice.Count()} times; every output needs a name of its own.", nameof(labels));
        (_layout, _network, Kind, Labels, Objective) = (layout, network, kind, [.. labels], objective);
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
        head.Initialise();
        return head;
    }
}
