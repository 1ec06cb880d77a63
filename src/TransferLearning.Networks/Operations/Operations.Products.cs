using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>The matrix products of <c>[..., M, K]</c> and <c>[..., K, N]</c>; what comes before is broadcast.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor MatMul(Tensor x, Tensor y)
    {
        // Torch's own check ends the process through this binding.
        return MatMulFits(Given(x), Given(y))
            ? Recorded(x.matmul(y), (x, y))
            : throw new ArgumentException(
                $"There is no matrix product of [{string.Join(", ", x.shape)}] and [{string.Join(", ", y.shape)}].");
    }

    /// <summary>x W' + b of <c>[..., inputs]</c> with weights <c>[outputs, inputs]</c>.</summary>
    public static Tensor Affine(Tensor x, Tensor weight, Tensor? bias = null) =>
        Recorded(functional.linear(Given(x), Given(weight), bias), (x, weight, bias));

    /// <summary>
    /// The convolution of maps <c>[N, C, H, W]</c> with a weight <c>[outputs, C / groups, height, width]</c>; stride, padding with zeros
    /// and dilation of height and width.
    /// </summary>
    public static Tensor Convolve2d(Tensor x, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups = 1)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        var output = Given(x).device_type == DeviceType.CPU && groups == 1 && padding is [0, 0]
            && weight.size(2) == 1 && weight.size(3) == 1
            ? ConvolvePoints(x, weight, bias, stride)
            : functional.conv2d(x, weight, bias, stride, padding, dilation, groups);
        return Recorded(output, (x, weight, bias, stride, padding, dilation, groups));
    }

    /// <summary>The convolution of sequences <c>[N, C, T]</c> with a weight <c>[outputs, C / groups, length]</c>.</summary>
    public static Tensor Convolve1d(Tensor x, Tensor weight, Tensor? bias, long stride = 1, long padding = 0,
        long dilation = 1, long groups = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        return Recorded(functional.conv1d(Given(x), Given(weight), bias, stride, padding, dilation, groups),
            (x, weight, bias, stride, padding, dilation, groups));
    }

    /// <summary>
    /// The largest value of each window of a map <c>[N, C, H, W]</c>. Where the windows do not fill the map, a last one that is partly
    /// outside counts if <paramref name="ceil"/>.
    /// </summary>
    public static Tensor MaxPool2d(Tensor x, long kernel, long stride, long padding = 0, bool ceil = false) =>
        Recorded(functional.max_pool2d(Given(x), kernel, stride, padding, ceil_mode: ceil), (x, kernel, stride, padding, ceil));

    /// <summary>The mean of each window of a map <c>[N, C, H, W]</c>, of the zeros around it too.</summary>
    public static Tensor AveragePool2d(Tensor x, long kernel, long stride, long padding = 0) =>
        Recorded(functional.avg_pool2d(Given(x), kernel, stride, padding), (x, kernel, stride, padding));

    /// <summary>
    /// The means of <paramref name="height"/> x <paramref name="width"/> parts of a map <c>[N, C, H, W]</c>, which overlap where it does
    /// not divide evenly and repeat where it is smaller.
    /// </summary>
    public static Tensor AdaptiveAveragePool2d(Tensor x, long height, long width) =>
        Recorded(functional.adaptive_avg_pool2d(Given(x), (height, width)), (x, height, width));

    /// <summary>
    /// softmax(q k' / sqrt(d)) v of queries, keys and values <c>[N, H, T, d]</c> (Vaswani et al., "Attention is all you need", 2017).
    /// </summary>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="values">Values, as many as keys.</param>
    /// <param name="visible">Bool, broadcast to <c>[N, H, queries, keys]</c>: which keys a query sees; one that sees none gets zeros. Null:
    /// all.</param>
    /// <param name="isCausal">Whether a query sees those up to its own position alone.</param>
    public static Tensor ScaledDotProductAttention(
        Tensor queries, Tensor keys, Tensor values, Tensor? visible = null, bool isCausal = false) =>
        Recorded(functional.scaled_dot_product_attention(Given(queries), Given(keys), Given(values), visible, is_casual: isCausal),
            (queries, keys, values, visible, isCausal));

    /// <summary>
    /// Batch normalisation by kept statistics, as in evaluation: (x - mean) / sqrt(variance + epsilon) weight + bias, channel by channel
    /// (Ioffe and Szegedy, "Batch normalization", 2015).
    /// </summary>
    public static Tensor BatchNormalize(Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double epsilon = 1e-5) =>
        Recorded(functional.batch_norm(Given(x), Given(mean), Given(variance), Given(weight), Given(bias), eps: epsilon),
            (x, mean, variance, weight, bias, epsilon));

    /// <summary>Normalises the last dimension, then scales and shifts it (Ba, Kiros and Hinton, "Layer normalization", 2016).</summary>
    public static Tensor LayerNormalize(Tensor x, Tensor weight, Tensor? bias = null, double epsilon = 1e-5) =>
        Recorded(functional.layer_norm(Given(x), [Given(weight).size(0)], weight, bias, epsilon), (x, weight, bias, epsilon));

    /// <summary>
    /// Divides by the root of the mean square of the last dimension (Zhang and Sennrich, "Root mean square layer normalization", 2019).
    /// </summary>
    public static Tensor RmsNormalize(Tensor x, Tensor weight, double epsilon = 1e-6)
    {
        using var squares = Given(x).square();
        using var mean = squares.mean([-1], keepdim: true);
        using var inverse = mean.add_(epsilon).rsqrt_();
        using var scaled = x.mul(inverse);
        return Recorded(scaled.mul(Given(weight)), (x, weight, epsilon));
    }

    /// <summary>
    /// A 1x1 kernel is a matrix that each of the points it reads is multiplied by. oneDNN 3.7 (in libtorch 2.10) has kernels for it that
    /// give wrong numbers where the hypervisor hides the processor's caches, and whose strided backward pass ends the process for some
    /// widths.
    /// </summary>
    private static Tensor ConvolvePoints(Tensor x, Tensor weight, Tensor? bias, long[] stride)
    {
        using var scope = NewDisposeScope();
        if (stride is not [1, 1]) x = x.slice(2, 0, x.size(2), stride[0]).slice(3, 0, x.size(3), stride[1]);
        // As rows: of a map torch multiplies row by row or all at once depending on whether the weight wants a gradient, with other last
        // bits.
        long examples = x.size(0), height = x.size(2), width = x.size(3);
        return functional.linear(x.permute(0, 2, 3, 1).reshape(-1, x.size(1)), weight.flatten(1), bias)
            .view(examples, height, width, weight.size(0)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static bool MatMulFits(Tensor x, Tensor y)
    {
        long[] left = x.shape, right = y.shape;
        if (left.Length < 2 || right.Length < 2 || left[^1] != right[^2]) return false;
        for (var i = 3; i <= Math.Min(left.Length, right.Length); i++)
            if (left[^i] != right[^i] && left[^i] != 1 && right[^i] != 1) return false;
        return true;
    }
}
