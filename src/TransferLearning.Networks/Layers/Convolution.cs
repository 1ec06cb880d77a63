using TorchSharp.Modules;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks;

/// <summary>
/// A convolution of maps <c>[N, C, H, W]</c> with torch's names. In evaluation a batch norm after it is folded into its weight:
/// one pass instead of two.
/// </summary>
/// <remarks>
/// The folded weight is made on the first call in evaluation mode and dropped when the layer trains again, when a gradient is wanted, when
/// its tensors are replaced (<c>to</c>), or when <see cref="WeightsChanged"/> says that they have other values. Whoever writes into the
/// weights of a network in evaluation mode calls <see cref="DerivedWeights.NotifyWeightsChanged"/>, as loading a file and going back to a
/// snapshot do.
/// </remarks>
public sealed class Convolution : nn.Module<Tensor, Tensor>, IInitializable, IDerivedWeights, IAdaptableConvolution
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly long[] _stride;
    private readonly long[] _dilation;
    private readonly long[] _padding;
    private readonly long _groups;
    private readonly bool _readsPlanes;
    private readonly bool _dependsOnSize;
    private readonly Lock _folding = new();
    private FoldedNorm? _folded;

    /// <summary>A convolution without weights yet.</summary>
    /// <param name="inputs">Channels of what goes in.</param>
    /// <param name="outputs">Channels of what comes out.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="dilation">Distance of the points that the kernel reads.</param>
    /// <param name="groups">Number of parts that the channels are cut into, each with its own kernels.</param>
    /// <param name="padding">Zeros around the input. Default: half the kernel.</param>
    /// <param name="hasBias">Whether a number is added to each channel. Default false: a norm follows.</param>
    /// <param name="planes">Whether it computes on memory laid out plane by plane, where oneDNN is faster for many channels; else on its
    /// input's.</param>
    public Convolution(
        long inputs, long outputs, long kernel, long stride = 1, long dilation = 1, long groups = 1, Padding padding = default,
        bool hasBias = false, bool planes = false)
        : this(inputs, outputs, (kernel, kernel), stride, dilation, groups, padding, hasBias, planes)
    {
    }

    /// <summary>A convolution whose kernel is no square, without weights yet. See the other constructor.</summary>
    public Convolution(
        long inputs, long outputs, (long Height, long Width) kernel, long stride = 1, long dilation = 1, long groups = 1,
        Padding padding = default, bool hasBias = false, bool planes = false)
        : base(nameof(Convolution))
    {
        CheckSizes(inputs, outputs, kernel.Height, stride, dilation, groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel.Width);
        weight = Parameters.Blank(outputs, inputs / groups, kernel.Height, kernel.Width);
        bias = hasBias ? Parameters.Blank(outputs) : null;
        (_stride, _dilation, _padding) = ([stride, stride], [dilation, dilation], [Around(kernel.Height), Around(kernel.Width)]);
        (_groups, _readsPlanes) = (groups, planes);
        // With stride 1 both rules pad an odd kernel alike, and a 1x1 kernel needs no padding.
        _dependsOnSize = padding.IsSame && (DependsOnSize(kernel.Height) || DependsOnSize(kernel.Width));
        RegisterComponents();

        long Around(long length) => padding.Size ?? dilation * (length - 1) / 2;
        bool DependsOnSize(long length) => length > 1 && (stride > 1 || length % 2 == 0);
    }

    /// <summary><c>[outputs, inputs / groups, kernel, kernel]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary><c>[outputs]</c>; null where there is none.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public long Groups => _groups;

    /// <inheritdoc/>
    public bool IsAdapted { get; set; }

    /// <inheritdoc/>
    public Tensor Convolve(Tensor input, Tensor weight) => Convolve(input, weight, added: null);

    internal static void CheckSizes(long inputs, long outputs, long kernel, long stride, long dilation, long groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (inputs % groups != 0 || outputs % groups != 0)
            throw new ArgumentException($"{inputs} channels in and {outputs} out cannot be cut into {groups} groups.", nameof(groups));
    }

    /// <summary>The convolution alone. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Convolve(x, weight, bias);

    /// <summary>
    /// The convolution, then the norm, then the residual added, then the activation; each where it is given. The result belongs to the
    /// current dispose scope. Thread-safe in evaluation mode without gradients. Always call it with the same norm.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public Tensor Call(Tensor x, BatchNorm? norm = null, Activation activation = Activation.None, Tensor? residual = null) =>
        Epilogue.Apply(norm is null ? call(x) : Normalized(x, norm), residual, activation);

    /// <summary>
    /// Draws the weight as both torchvision and timm do: normal with variance 2 / fan-out (He et al., "Delving deep into rectifiers",
    /// 2015). The bias is 0.
    /// </summary>
    public void Initialize(Generator? generator = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var fanOut = weight.size(0) / _groups * weight.size(2) * weight.size(3);
        weight.normal_(0, Math.Sqrt(2.0 / fanOut), generator!);
        bias?.zero_();
    }

    /// <inheritdoc/>
    public override void train(bool train = true)
    {
        if (train) WeightsChanged();
        base.train(train);
    }

    /// <inheritdoc/>
    public void WeightsChanged()
    {
        lock (_folding)
        {
            _folded?.Dispose();
            _folded = null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) WeightsChanged();
        base.Dispose(disposing);
    }

    private Tensor Normalized(Tensor x, BatchNorm norm)
    {
        if (IsAdapted || training || norm.training || WantsGradient(x, norm))
        {
            WeightsChanged();
            using var convolved = call(x);
            return norm.call(convolved);
        }
        var folded = Folded(norm);
        Recorder.Current?.AddDerived(folded.Weight, weight);
        Recorder.Current?.AddDerived(folded.Bias, norm.Bias);
        return Convolve(x, folded.Weight, folded.Bias);
    }

    private bool WantsGradient(Tensor x, BatchNorm norm) => is_grad_enabled()
        && (x.requires_grad || weight.requires_grad || bias?.requires_grad == true || norm.Weight.requires_grad || norm.Bias.requires_grad);

    private FoldedNorm Folded(BatchNorm norm)
    {
        lock (_folding)
        {
            if (_folded?.IsOf(this, norm) == true) return _folded;
            _folded?.Dispose();
            return _folded = new FoldedNorm(this, norm, _readsPlanes);
        }
    }

    private Tensor Convolve(Tensor x, Tensor kernel, Tensor? added)
    {
        using var scope = new BlockScope(this);
        var padding = _padding;
        if (_dependsOnSize)
        {
            var ((top, bottom), (left, right)) = (SamePadding(x, 2), SamePadding(x, 3));
            padding = top == bottom && left == right ? [top, left] : [0, 0];
            if (top != bottom || left != right) x = Pad(x, [left, right, top, bottom]);
        }
        if (_readsPlanes) x = Contiguous(x);
        return scope.Leave(Convolve2d(x, kernel, added, _stride, padding, _dilation, _groups));
    }

    private (long Before, long After) SamePadding(Tensor x, int dimension)
    {
        var size = x.size(dimension);
        var outputs = (size + _stride[0] - 1) / _stride[0];
        var total = Math.Max((outputs - 1) * _stride[0] + _dilation[0] * (weight.size(dimension) - 1) + 1 - size, 0);
        return (total / 2, total - total / 2);
    }
}
