using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Puts a head of the reference's form on the network that it was made for.</summary>
internal sealed record EncoderHeadReplacer : IHeadReplacer
{
    private readonly HeadLayout _layout;
    private readonly TextNetwork _network;

    /// <param name="kind">Name under which it is saved.</param>
    /// <param name="layout">What the head consists of.</param>
    /// <param name="network">What it is for. Borrowed.</param>
    /// <param name="labels">Names of the outputs; null: one without a name for each row of the network's table of words.</param>
    /// <param name="objective">What is minimised; null: cross-entropy.</param>
    public EncoderHeadReplacer(string kind, HeadLayout layout, TextNetwork network, IReadOnlyList<string>? labels, IObjective? objective)
    {
        (_layout, _network, Kind, Objective) = (layout, network, kind, objective ?? new CrossEntropy());
        Labels = labels is null ? [] : OutputNames.Check(labels, Objective);
        Outputs = labels?.Count ?? checked((int)network.WordEmbeddings.Weight.size(0));
        Metrics = Objective.Metrics;
    }

    public string Kind { get; }

    public IReadOnlyList<string> Labels { get; }

    public int Outputs { get; }

    public IObjective Objective { get; }

    public IReadOnlyList<IMetric> Metrics { get; init; }

    /// <summary>Seed of the first weights.</summary>
    public long Seed { get; init; }

    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => backbone.Positions(hidden);

    public nn.Module<TensorSet, TensorSet> Build(int featureSize)
    {
        if (featureSize != _network.Width)
            throw new ArgumentException(
                $"This head was made for features of width {_network.Width}, and the backbone has {featureSize}: put it on the "
                + "backbone that made it.");
        var head = new EncoderHead(_layout, _network, Outputs);
        head.Initialize(Seed);
        return head;
    }
}
