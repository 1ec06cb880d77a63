using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Mean squared difference between the cosine of two embeddings and what it should be (CosineSimilarityLoss of sentence-transformers).
/// Embeddings <c>[M, D]</c>; a target row for each pair, <c>[N, 3]</c> int64: row of the first, row of the second, 0 or 1.
/// </summary>
internal sealed record CosineSimilarity : IObjective
{
    public string Kind => "cosine similarity";

    public string Description => "squared error of the cosine similarity";

    public IAnswer Answer => new PlainValues();

    public Tensor Loss(TensorSet output, TensorSet target)
    {
        using var scope = NewDisposeScope();
        var (embeddings, pairs) = (output.Values, target.Values);
        var cosines = nn.functional.cosine_similarity(
            embeddings.index_select(0, pairs.select(1, 0)), embeddings.index_select(0, pairs.select(1, 1)), dim: 1);
        return nn.functional.mse_loss(cosines, pairs.select(1, 2).to_type(cosines.dtype)).MoveToOuterDisposeScope();
    }

    public void Validate(TensorSet target, int outputs)
    {
        // The pairs are the library's own.
    }
}
