using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Normalises the last dimension; with torch's names. Born neutral.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly double _epsilon;

    /// <summary>A norm of so many values.</summary>
    public LayerNorm(long width, double epsilon = 1e-5, bool hasBias = true) : base(nameof(LayerNorm))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        weight = Parameters.Filled(1, width);
        bias = hasBias ? Parameters.Filled(0, width) : null;
        _epsilon = epsilon;
        RegisterComponents();
    }

    /// <summary>Normalises. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Operations.LayerNormalize(x, weight, bias, _epsilon);
}
