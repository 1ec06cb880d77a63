using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

public sealed class CosineSimilarityTests
{
    [Fact]
    public void Value_and_gradient_are_those_of_the_formula()
    {
        using var scope = NewDisposeScope();
        // Embeddings shared by pairs: (0, 1) same, (0, 2) different, (1, 2) different.
        var embeddings = tensor([1f, 0, 2, 2, 0, 3], [3, 2]).requires_grad_();
        var loss = new CosineSimilarity().Loss(embeddings, tensor([0L, 1, 1, 0, 2, 0, 1, 2, 0], [3, 3]));
        var half = Math.Sqrt(0.5);
        loss.item<float>().Should().BeApproximately((float)((Math.Pow(half - 1, 2) + 0 + 0.5) / 3), 1e-6f);
        loss.backward();
        embeddings.grad!.abs().sum().item<float>().Should().BePositive();
    }

    [Fact]
    public void It_is_sentence_transformers_loss()
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Open("text/sentences/losses").Json;
        var rows = golden.GetProperty("anchor").EnumerateArray().Concat(golden.GetProperty("positive").EnumerateArray())
            .SelectMany(row => row.Floats()).ToArray();
        var cosines = golden.GetProperty("cos_anchor_positive").Numbers();
        var labels = new long[] { 1, 0, 1, 0, 1 };

        var loss = new CosineSimilarity().Loss(
            tensor(rows, [10, 8]), tensor(Enumerable.Range(0, 5).SelectMany(i => new[] { i, i + 5, labels[i] }).ToArray(), [5, 3]));
        loss.item<float>().Should().BeApproximately(
            (float)cosines.Zip(labels, (cosine, label) => Math.Pow(cosine - label, 2)).Average(), 2e-5f);
    }
}
