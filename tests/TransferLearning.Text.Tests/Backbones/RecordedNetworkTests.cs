using TransferLearning.Networks;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

public sealed class RecordedNetworkTests
{
    private const string Embedding = "Flatten IndexSelect Reshape LayerNormalize Add",
        Layers = "Affine Transpose ScaledDotProductAttention Gelu";

    [Theory]
    [InlineData("bert_tiny/model", 12, Embedding, "Narrow", Layers)]
    [InlineData("distilbert_tiny/model", 12, Embedding, "Narrow", Layers)]
    [InlineData("roberta_tiny/model", 12, Embedding, "EqualTo LogicalNot Cast CumulativeSum Multiply Shift Select", Layers)]
    [InlineData("albert_tiny/model", 19, Embedding, "Narrow", "Affine Transpose ScaledDotProductAttention GeluByTanh")]
    [InlineData("electra_tiny/model", 13, Embedding, "Narrow", Layers)]
    [InlineData("deberta_v3_tiny/model", 16, Embedding, "Unsqueeze Multiply", "Affine Transpose MatMul Expand Gather Scale LogicalNot MaskedFill Softmax Gelu")]
    [InlineData("modernbert_tiny/model", 16, Embedding, Layers, "Chunk Narrow Multiply Subtract Concat LogicalAnd")]
    public void A_recorded_network_gives_the_same_bits(string path, int products, params string[] operations)
    {
        using var golden = GoldenText.Open(path);
        using var backbone = new TextBackbone(golden.Model, input: null);
        using var _ = no_grad();
        var input = golden.Input;

        using var graph = Graph.Record(backbone, input);

        var other = new TensorSet(input.Values.flip(1), input.Mask!.flip(1)).With(
            TensorNames.Segments, input.Find(TensorNames.Segments)?.flip(1));
        graph.Run(other).Values.Should().BeIdenticalTo(backbone.Run(other, 0, backbone.LayerGroups.Count).Values);
        graph.Nodes.Select(node => node.Operation.Name).Distinct().Should().BeEquivalentTo(operations.SelectMany(part => part.Split(' ')));
        graph.Nodes.Count(node => node.Operation.Name == "Affine").Should().Be(products);
    }
}
