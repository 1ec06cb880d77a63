using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Puts a head of the reference's form on the network that it was made for.</summary>
internal sealed record EncoderHeadReplacer : IHeadReplacer
{
    private readonly HeadLayout _layout;
    private readonly TextNetwork _network;

    /// <summary>A head whose outputs have names.</summary>
    public EncoderHeadReplacer(string kind, HeadLayout layout, TextNetwork network, IReadOnlyList<string> labels, IObjective objective) : this(kind, layout, network, objective)
    {
        Labels = OutputNames.Check(labels, objective);
        Outputs = Labels.Count;
    }

    /// <summary>A head with an output for each row of the network's table of words.</summary>
    public EncoderHeadReplacer(string kind, HeadLayout layout, TextNetwork network, IObjective objective)
    {
        (_layout, _network, Kind, Objective, Metrics) = (layout, network, kind, objective, objective.Metrics);
        Outputs = checked((int)network.WordEmbeddings.Weight.size(0));
    }

    public string Kind { get; }

    public IReadOnlyList<string> Labels { get; } = [];

    public int Outputs { get; }

    public IObjective Objective { get; }

    public IReadOnlyList<IMetric> Metrics { get; init; }

    /// <summary>Seed of the first weights.</summary>
    public long Seed { get; init; }

    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => backbone.Positions(hidden);

    public nn.Module<TensorSet, TensorSet> Build(int featureSize)
    {
        if (featureSize != _network.Width)
            throw new ArgumentException($"This head was made for features of width {_network.Width}, and the backbone has {featureSize}: put it on the backbone that made it.");
        var head = new EncoderHead(_layout, _network, Outputs);
        head.Initialize(Seed);
        return head;
    }
}
