using TorchSharp;
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
    private static readonly long[] NoPadding = [0, 0];

    private readonly Parameter weight;
    private readonly long[] _stride;
    private readonly long[] _half;
    private readonly long _groups;
    private readonly bool _isPoint;
    private readonly bool _readsPlanes;
    private readonly bool _dependsOnSize;
    private readonly Lock _folding = new();
    private FoldedConvolution? _folded;

    /// <summary>A convolution without weight yet. With <paramref name="planes"/> it computes on NCHW memory, where oneDNN is faster for many channels, else on its input's.</summary>
    public Convolution(long inputs, long outputs, long kernel, long stride = 1, long groups = 1, Padding padding = Padding.Half, bool planes = false)
        : base(nameof(Convolution))
    {
        weight = new Parameter(empty(outputs, inputs / groups, kernel, kernel));
        // A network outlives the scope it is built in.
        weight.DetachFromDisposeScope();
        _isPoint = kernel == 1;
        _stride = [stride, stride];
        _half = [kernel / 2, kernel / 2];
        _groups = groups;
        _readsPlanes = planes;
        // With stride 1 both rules pad an odd kernel alike, and a 1x1 kernel needs no padding.
        _dependsOnSize = padding == Padding.Same && stride > 1 && kernel > 1;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => Convolve(input, weight, bias: null);

    /// <summary>
    /// The convolution and the batch norm after it; in one pass where the norm is in evaluation mode and no gradient is wanted.
    /// Thread-safe then. Always call it with the same norm.
    /// </summary>
    public Tensor Normalised(BatchNorm2d norm, Tensor input)
    {
        var wantsGradient = is_grad_enabled() && (input.requires_grad || weight.requires_grad || norm.parameters().Any(parameter => parameter.requires_grad));
        if (!norm.training && !wantsGradient)
        {
            var folded = Folded(norm);
            return Convolve(input, folded.Weight, folded.Bias);
        }
        Unfold();
        using var convolved = call(input);
        return norm.call(convolved);
    }

    /// <summary>Draws the weight as both torchvision and timm do: normal with variance 2 / fan-out (He et al., 2015).</summary>
    public void Initialise()
    {
        using var _ = no_grad();
        var fanOut = weight.size(0) / _groups * weight.size(2) * weight.size(3);
        weight.normal_(0, Math.Sqrt(2.0 / fanOut));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Unfold();
        base.Dispose(disposing);
    }

    private FoldedConvolution Folded(BatchNorm2d norm)
    {
        lock (_folding)
        {
            if (_folded?.IsOf(weight, norm) != true)
            {
                _folded?.Dispose();
                _folded = new FoldedConvolution(weight, norm, _readsPlanes);
            }
            return _folded;
        }
    }

    private void Unfold()
    {
        _folded?.Dispose();
        _folded = null;
    }

    private Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias)
    {
        if (_isPoint && input.device_type == DeviceType.CPU) return ConvolvePoints(input, kernel, bias);
        if (!_dependsOnSize) return Convolve(input, kernel, bias, _half);

        var (top, bottom) = SamePadding(input.size(2));
        var (left, right) = SamePadding(input.size(3));
        if (top == bottom && left == right) return Convolve(input, kernel, bias, [top, left]);

        using var padded = functional.pad(input, (left, right, top, bottom));
        return Convolve(padded, kernel, bias, NoPadding);
    }

    private Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, long[] padding)
    {
        using var laidOut = _readsPlanes ? input.contiguous() : input.alias();
        return functional.conv2d(laidOut, kernel, bias, strides: _stride, padding: padding, groups: _groups);
    }

    /// <summary>
    /// A 1x1 kernel is a matrix that each of the points it reads is multiplied by. oneDNN 3.7 (in libtorch 2.10) has kernels for it that
    /// give wrong numbers where the hypervisor hides the processor's caches, and whose strided backward pass ends the process for some widths.
    /// </summary>
    private Tensor ConvolvePoints(Tensor input, Tensor kernel, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        if (_stride[0] > 1) input = input.slice(2, 0, input.size(2), _stride[0]).slice(3, 0, input.size(3), _stride[1]);
        return functional.linear(input.permute(0, 2, 3, 1), kernel.flatten(1), bias).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private (long Before, long After) SamePadding(long size)
    {
        var outputs = (size + _stride[0] - 1) / _stride[0];
        var total = Math.Max((outputs - 1) * _stride[0] + weight.size(2) - size, 0);
        return (total / 2, total - total / 2);
    }
}
