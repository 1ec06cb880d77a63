using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>Attention over several heads (Vaswani et al., "Attention is all you need", 2017).</summary>
internal static class Attention
{
    /// <summary><c>[N, T, H d]</c> as <c>[N, H, T, d]</c>; a view.</summary>
    public static Tensor Split(Tensor x, int heads) => x.view(x.size(0), x.size(1), heads, -1).transpose(1, 2);

    /// <summary><c>[N, H, T, d]</c> as <c>[N, T, H d]</c>.</summary>
    public static Tensor Merge(Tensor x) => x.transpose(1, 2).reshape(x.size(0), x.size(2), -1);

    /// <summary>Which keys each query may see, <c>[N, 1, 1, T]</c>, of a mask <c>[N, T]</c>; null where all are real.</summary>
    public static Tensor? Visible(Tensor? mask) => mask?.view(mask.size(0), 1, 1, mask.size(1));

    /// <summary>
    /// softmax(q k' / sqrt(d)) v of queries, keys and values <c>[N, T, H d]</c>. What is visible is bool and broadcast to
    /// <c>[N, H, T, T]</c>; a query that sees nothing gets zeros. The result belongs to the current dispose scope.
    /// </summary>
    public static Tensor Scaled(Tensor queries, Tensor keys, Tensor values, int heads, Tensor? visible, double dropout)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (Split(queries, heads), Split(keys, heads), Split(values, heads));
        var mixed = dropout == 0 ? functional.scaled_dot_product_attention(q, k, v, visible) : WithDropout(q, k, v, visible, dropout);
        return Merge(mixed).MoveToOuterDisposeScope();
    }

    private static Tensor WithDropout(Tensor queries, Tensor keys, Tensor values, Tensor? visible, double dropout)
    {
        var scores = queries.mul(1 / Math.Sqrt(queries.size(-1))).matmul(keys.transpose(-1, -2));
        if (visible is null) return Dropout.Apply(scores.softmax(-1), dropout, training: true).matmul(values);
        using var hidden = visible.logical_not();
        var weights = scores.masked_fill(hidden, float.MinValue).softmax(-1).masked_fill(hidden, 0);
        return Dropout.Apply(weights, dropout, training: true).matmul(values);
    }
}
