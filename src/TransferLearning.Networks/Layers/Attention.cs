using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks;

/// <summary>Attention over several heads (Vaswani et al., "Attention is all you need", 2017).</summary>
/// <remarks>Where shapes or types do not fit torch throws an <see cref="System.Runtime.InteropServices.ExternalException"/> that says
/// so.</remarks>
public static class Attention
{
    /// <summary><c>[N, T, H d]</c> as <c>[N, H, T, d]</c>; a view.</summary>
    public static Tensor Split(Tensor x, int heads) => Transpose(Reshape(x, 0, 0, heads, -1), 1, 2);

    /// <summary><c>[N, H, T, d]</c> as <c>[N, T, H d]</c>.</summary>
    public static Tensor Merge(Tensor x) => Flatten(Transpose(x, 1, 2), 2);

    /// <summary>Which keys each query may see, <c>[N, 1, 1, T]</c>, of a mask <c>[N, T]</c>; null where all are real.</summary>
    public static Tensor? Visible(Tensor? mask) => mask is null ? null : Reshape(mask, 0, 1, 1, -1);

    /// <summary>
    /// <see cref="ScaledDotProductAttention"/> of queries, keys and values <c>[N, T, H d]</c>: <c>[N, T, H d]</c>. The result belongs to
    /// the current dispose scope.
    /// </summary>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="values">Values, as many as keys.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="visible">Bool, broadcast to <c>[N, H, queries, keys]</c>; null: all.</param>
    /// <param name="dropout">What drops weights while it trains; null: nothing does.</param>
    public static Tensor Scaled(Tensor queries, Tensor keys, Tensor values, int heads, Tensor? visible = null, Dropout? dropout = null)
    {
        using var scope = new BlockScope(null);
        return scope.Leave(Merge(OfHeads(Split(queries, heads), Split(keys, heads), Split(values, heads), visible, dropout)));
    }

    /// <summary>
    /// <see cref="ScaledDotProductAttention"/> of heads <c>[N, H, T, d]</c>, with dropout while it trains. See <see cref="Scaled"/>.
    /// </summary>
    public static Tensor OfHeads(Tensor queries, Tensor keys, Tensor values, Tensor? visible = null, Dropout? dropout = null)
    {
        if (dropout is not { training: true, Probability: > 0 }) return ScaledDotProductAttention(queries, keys, values, visible);
        using var scope = new BlockScope(null);
        var scores = MatMul(Scale(queries, 1 / Math.Sqrt(queries.size(-1))), Transpose(keys, -1, -2));
        if (visible is null) return scope.Leave(MatMul(Dropout(Softmax(scores, -1), dropout), values));
        var hidden = LogicalNot(visible);
        var weights = MaskedFill(Softmax(MaskedFill(scores, hidden, float.MinValue), -1), hidden, 0);
        return scope.Leave(MatMul(Dropout(weights, dropout), values));
    }
}
