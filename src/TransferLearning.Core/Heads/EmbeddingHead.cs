using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Gives the pooled features as they are: for training the backbone by what they are like.</summary>
internal sealed class EmbeddingHead : IHeadReplacer
{
    public string Kind => "embedding";

    public IObjective Objective { get; } = new CosineSimilarity();

    public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Identity();

    private sealed class Identity() : nn.Module<TensorSet, TensorSet>(nameof(EmbeddingHead))
    {
        public override TensorSet forward(TensorSet features) => features;
    }
}
