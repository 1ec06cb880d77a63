using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks;

/// <summary>The weight and the bias of a convolution with the batch norm that follows it, as that computes in evaluation mode.</summary>
internal sealed class FoldedNorm : IDisposable
{
    private readonly Tensor?[] _sources;

    public FoldedNorm(Convolution convolution, BatchNorm norm, bool inPlanes)
    {
        _sources = Sources(convolution, norm);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var scale = norm.Weight / (norm.RunningVariance + norm.Epsilon).sqrt();
        var scaled = convolution.Weight * scale.view(-1, 1, 1, 1);
        var mean = convolution.Bias is null ? norm.RunningMean : norm.RunningMean - convolution.Bias;
        Weight = (inPlanes ? scaled : InChannelsLast(scaled)).DetachFromDisposeScope();
        Bias = (norm.Bias - mean * scale).DetachFromDisposeScope();
    }

    /// <summary>The convolution's weight, scaled output by output.</summary>
    public Tensor Weight { get; }

    /// <summary>What the norm adds.</summary>
    public Tensor Bias { get; }

    /// <summary>Whether it was made of these tensors; not whether they have the values of then.</summary>
    public bool IsOf(Convolution convolution, BatchNorm norm) =>
        _sources.AsSpan().SequenceEqual(Sources(convolution, norm), ReferenceEqualityComparer.Instance);

    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }

    private static Tensor?[] Sources(Convolution convolution, BatchNorm norm) =>
        [convolution.Weight, convolution.Bias, norm.Weight, norm.Bias, norm.RunningMean, norm.RunningVariance];
}
