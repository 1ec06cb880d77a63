using TorchSharp.Modules;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks;

/// <summary>Layer norm over the channels of maps <c>[N, C, H, W]</c>, each point by itself; with torch's names. Born neutral.</summary>
public sealed class MapNorm : Block
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly double _epsilon;

    /// <summary>A norm of so many channels.</summary>
    public MapNorm(long channels, double epsilon = 1e-5)
    {
        weight = Parameters.Filled(1, channels);
        bias = Parameters.Filled(0, channels);
        _epsilon = epsilon;
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Permute(LayerNormalize(Permute(x, 0, 2, 3, 1), weight, bias, _epsilon), 0, 3, 1, 2);
}
