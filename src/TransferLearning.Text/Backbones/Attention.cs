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
        var mixed = functional.scaled_dot_product_attention(Split(queries, heads), Split(keys, heads), Split(values, heads), visible, dropout);
        return Merge(mixed).MoveToOuterDisposeScope();
    }
}
