using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// Turns queries and keys by angles that grow with their position, so that a score depends on their distance
/// (Su et al., "RoFormer: Enhanced transformer with rotary position embedding", 2021). The angles are computed once.
/// </summary>
internal sealed class RotaryPositions : Module
{
    private const string Cosines = "cosines", Sines = "sines";

    public RotaryPositions(double theta, int headWidth, int positions) : base(nameof(RotaryPositions))
    {
        using var scope = NewDisposeScope();
        var frequencies = 1 / tensor((float)theta).pow(arange(0, headWidth, 2, ScalarType.Float32) / headWidth);
        var angles = arange(positions, ScalarType.Float32).outer(frequencies);
        register_buffer(Cosines, angles.cos().DetachFromDisposeScope(), persistent: false);
        register_buffer(Sines, angles.sin().DetachFromDisposeScope(), persistent: false);
    }

    /// <summary>Of <c>[N, H, T, d]</c>: column i turns with column i + d/2. The result belongs to the current dispose scope.</summary>
    public Tensor Rotate(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (cos, sin) = (get_buffer(Cosines)!.narrow(0, 0, x.size(2)), get_buffer(Sines)!.narrow(0, 0, x.size(2)));
        var halves = x.chunk(2, -1);
        return cat([halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin], -1).MoveToOuterDisposeScope();
    }

    // A module disposes its buffers, but for those that are not saved.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            get_buffer(Cosines)!.Dispose();
            get_buffer(Sines)!.Dispose();
        }
        base.Dispose(disposing);
    }
}
