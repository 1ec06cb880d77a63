using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks;

/// <summary>
/// Turns queries and keys by angles that grow with their position, so that a score depends on their distance
/// (Su et al., "RoFormer: Enhanced transformer with rotary position embedding", 2021). The angles are computed once.
/// </summary>
public sealed class RotaryPositions : nn.Module
{
    private const string Cosines = "cosines", Sines = "sines";

    /// <summary>The angles for so many positions, for heads of that width; the slowest turns once in about 2 π theta positions.</summary>
    public RotaryPositions(double theta, int headWidth, int positions) : base(nameof(RotaryPositions))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(headWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(positions);
        using var scope = NewDisposeScope();
        var frequencies = 1 / tensor((float)theta).pow(arange(0, headWidth, 2, ScalarType.Float32) / headWidth);
        var angles = arange(positions, ScalarType.Float32).outer(frequencies);
        register_buffer(Cosines, angles.cos().DetachFromDisposeScope(), persistent: false);
        register_buffer(Sines, angles.sin().DetachFromDisposeScope(), persistent: false);
    }

    /// <summary>
    /// Of <c>[N, H, T, d]</c>, of which the first position is <paramref name="start"/>: column i turns with column i + d/2. The result
    /// belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public Tensor Rotate(Tensor x, long start = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = new BlockScope(this);
        var (cos, sin) = (Rows(Cosines), Rows(Sines));
        var halves = Chunk(x, 2, -1);
        var first = Subtract(Multiply(halves[0], cos), Multiply(halves[1], sin));
        var second = Add(Multiply(halves[1], cos), Multiply(halves[0], sin));
        return scope.Leave(Concat([first, second], -1));

        Tensor Rows(string table) => Narrow(Constant(get_buffer(table)!), 0, start, x.size(2));
    }

    /// <summary>Disposes the angles.</summary>
    protected override void Dispose(bool disposing)
    {
        // A module disposes its buffers, but for those that are not saved.
        if (disposing)
        {
            get_buffer(Cosines)!.Dispose();
            get_buffer(Sines)!.Dispose();
        }
        base.Dispose(disposing);
    }
}
