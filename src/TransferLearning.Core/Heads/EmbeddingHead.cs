using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Gives the pooled features as they are: for training the backbone by what they are like.</summary>
internal sealed class EmbeddingHead : IHeadReplacer
{
    public string Kind => "embedding";

    public IReadOnlyList<string> Labels => [];

    public IObjective Objective { get; } = new CosineSimilarity();

    public nn.Module<Features, Tensor> Build(int featureSize) => new Identity();

    private sealed class Identity() : nn.Module<Features, Tensor>(nameof(EmbeddingHead))
    {
        public override Tensor forward(Features features) => features.Pooled;
    }
}
