using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Vision;

/// <summary>How a convolution pads its input with zeros.</summary>
internal enum Padding
{
    /// <summary>PyTorch's: half the kernel on every side.</summary>
    Half,

    /// <summary>TensorFlow's "same": computed from the input's size, an odd pixel goes to the right and the bottom.</summary>
    Same,
}

/// <summary>
/// A square convolution without bias. Its weight is not initialised before <see cref="Initialise"/>,
/// so that a network into which weights are loaded does not draw them twice.
/// </summary>
internal sealed class Convolution : Module<Tensor, Tensor>
{
    private static readonly long[] NoStride = [1, 1], NoPadding = [0, 0];

    private readonly Parameter weight;
    private readonly long[] _stride;
    private readonly long[] _half;
    private readonly long _groups;
    private readonly bool _isStridedPoint;
    private readonly bool _dependsOnSize;

    public Convolution(long inputs, long outputs, long kernel, long stride = 1, long groups = 1, Padding padding = Padding.Half)
        : base(nameof(Convolution))
    {
        weight = new Parameter(empty(outputs, inputs / groups, kernel, kernel));
        // A network outlives the scope it is built in.
        weight.DetachFromDisposeScope();
        _isStridedPoint = kernel == 1 && stride > 1;
        _stride = [stride, stride];
        _half = [kernel / 2, kernel / 2];
        _groups = groups;
        // With stride 1 both rules pad an odd kernel alike, and a 1x1 kernel needs no padding.
        _dependsOnSize = padding == Padding.Same && stride > 1 && kernel > 1;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        if (_isStridedPoint) return ConvolvePoints(input);
        if (!_dependsOnSize) return Convolve(input, _stride, _half);

        var (top, bottom) = SamePadding(input.size(2));
        var (left, right) = SamePadding(input.size(3));
        if (top == bottom && left == right) return Convolve(input, _stride, [top, left]);

        using var padded = functional.pad(input, (left, right, top, bottom));
        return Convolve(padded, _stride, NoPadding);
    }

    /// <summary>Draws the weight as both torchvision and timm do: normal with variance 2 / fan-out (He et al., 2015).</summary>
    public void Initialise()
    {
        using var _ = no_grad();
        var fanOut = weight.size(0) / _groups * weight.size(2) * weight.size(3);
        weight.normal_(0, Math.Sqrt(2.0 / fanOut));
    }

    private Tensor Convolve(Tensor input, long[] stride, long[] padding) =>
        functional.conv2d(input, weight, strides: stride, padding: padding, groups: _groups);

    /// <summary>
    /// Takes the points that a strided 1x1 kernel reads, then convolves them all: the same result. The strided backward pass of
    /// oneDNN 3.7 (in libtorch 2.10) divides by zero and ends the process for some widths, among them 512 to 1024 and 1024 to 2048.
    /// </summary>
    private Tensor ConvolvePoints(Tensor input)
    {
        using var rows = input.slice(2, 0, input.size(2), _stride[0]);
        using var points = rows.slice(3, 0, input.size(3), _stride[1]);
        return Convolve(points, NoStride, NoPadding);
    }

    private (long Before, long After) SamePadding(long size)
    {
        var outputs = (size + _stride[0] - 1) / _stride[0];
        var total = Math.Max((outputs - 1) * _stride[0] + weight.size(2) - size, 0);
        return (total / 2, total - total / 2);
    }
}
