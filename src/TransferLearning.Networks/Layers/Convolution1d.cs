using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>A convolution of sequences <c>[N, C, T]</c> with torch's names.</summary>
public sealed class Convolution1d : nn.Module<Tensor, Tensor>, IInitializable, IAdaptableConvolution
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly long _stride, _dilation, _groups, _padding;

    /// <summary>A convolution without weights yet. See <see cref="Convolution"/>; the padding does not depend on the length.</summary>
    public Convolution1d(
        long inputs, long outputs, long kernel, long stride = 1, long dilation = 1, long groups = 1, Padding padding = default, bool hasBias = true)
        : base(nameof(Convolution1d))
    {
        if (padding.IsSame)
            throw new ArgumentException("A convolution of sequences pads by a number or by half the kernel.", nameof(padding));
        Convolution.CheckSizes(inputs, outputs, kernel, stride, dilation, groups);
        weight = Parameters.Blank(outputs, inputs / groups, kernel);
        bias = hasBias ? Parameters.Blank(outputs) : null;
        (_stride, _dilation, _groups, _padding) = (stride, dilation, groups, padding.Size ?? dilation * (kernel - 1) / 2);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public long Groups => _groups;

    /// <inheritdoc/>
    public bool IsAdapted { get; set; }

    /// <inheritdoc/>
    public Tensor Convolve(Tensor input, Tensor weight) =>
        Operations.Convolve1d(input, weight, null, _stride, _padding, _dilation, _groups);

    /// <summary>The convolution alone. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Operations.Convolve1d(x, weight, bias, _stride, _padding, _dilation, _groups);

    /// <summary>The convolution, then the activation. The result belongs to the current dispose scope.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public Tensor Call(Tensor x, Activation activation = Activation.None) => Epilogue.Apply(call(x), residual: null, activation);

    /// <summary>Draws weight and bias as torch does: uniform within 1 / sqrt(fan-in).</summary>
    public void Initialize(Generator? generator = null)
    {
        using var _ = no_grad();
        var bound = 1 / Math.Sqrt(weight.size(1) * weight.size(2));
        weight.uniform_(-bound, bound, generator!);
        bias?.uniform_(-bound, bound, generator!);
    }
}
