using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// The weight and the bias of a convolution with the batch norm that follows it, as that computes in evaluation mode: one convolution
/// instead of two passes. Derived from tensors that it does not own; it knows when they have changed.
/// </summary>
internal sealed class FoldedConvolution : IDisposable
{
    // Torch counts what is written into a tensor, and TorchSharp does not show the count.
    private static readonly jit.CompilationUnit Script = jit.compile("""
        def writes(tensors: List[Tensor]) -> int:
            count = 0
            for tensor in tensors:
                count += tensor._version()
            return count

        """);

    private readonly Tensor[] _sources;
    private readonly long _writes;

    public FoldedConvolution(Tensor weight, BatchNorm2d norm, bool inPlanes)
    {
        _sources = Sources(weight, norm);
        _writes = Writes(_sources);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var scale = norm.weight! / (norm.running_var! + norm.eps).sqrt();
        var scaled = weight * scale.view(-1, 1, 1, 1);
        Weight = (inPlanes ? scaled : ChannelsLast.Of(scaled)).DetachFromDisposeScope();
        Bias = (norm.bias! - norm.running_mean! * scale).DetachFromDisposeScope();
    }

    /// <summary>The convolution's weight, scaled output by output.</summary>
    public Tensor Weight { get; }

    /// <summary>What the norm adds.</summary>
    public Tensor Bias { get; }

    /// <summary>Whether it was made of these tensors, as they are now.</summary>
    public bool IsOf(Tensor weight, BatchNorm2d norm) => _sources.SequenceEqual(Sources(weight, norm), ReferenceEqualityComparer.Instance) && _writes == Writes(_sources);

    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }

    private static Tensor[] Sources(Tensor weight, BatchNorm2d norm) => [weight, norm.weight!, norm.bias!, norm.running_mean!, norm.running_var!];

    private static long Writes(Tensor[] tensors)
    {
        using var count = (Scalar)Script.invoke("writes", [tensors])!;
        return count.ToInt64();
    }
}
