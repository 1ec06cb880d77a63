using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Mean squared difference between the cosine of two embeddings and what it should be (CosineSimilarityLoss of sentence-transformers).
/// Embeddings <c>[M, D]</c>; a target row for each pair, <c>[N, 3]</c> int64: row of the first, row of the second, 0 or 1.
/// </summary>
internal sealed record CosineSimilarity : IObjective
{
    public string Name => "squared error of the cosine similarity";

    public Tensor Loss(Tensor output, Tensor target)
    {
        using var scope = NewDisposeScope();
        var cosines = nn.functional.cosine_similarity(
            output.index_select(0, target.select(1, 0)), output.index_select(0, target.select(1, 1)), dim: 1);
        return nn.functional.mse_loss(cosines, target.select(1, 2).to_type(cosines.dtype)).MoveToOuterDisposeScope();
    }

    public Tensor Probabilities(Tensor output) => throw new NotSupportedException("Embeddings are no probabilities.");

    public void Validate(Tensor target, int outputs)
    {
        // The pairs are the library's own.
    }

    public IMetric CreateMetric(IReadOnlyList<string> labels) => throw new NotSupportedException("Embeddings are measured by the head that is fitted on them.");
}
