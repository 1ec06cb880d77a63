using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Divides the last dimension by the root of its mean square; with torch's names. Born neutral.</summary>
public sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double _epsilon;

    /// <summary>A norm of so many values.</summary>
    public RmsNorm(long width, double epsilon = 1e-6) : base(nameof(RmsNorm))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        weight = Parameters.Filled(1, width);
        _epsilon = epsilon;
        RegisterComponents();
    }

    /// <summary>Normalises. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Operations.RmsNormalize(x, weight, _epsilon);
}
