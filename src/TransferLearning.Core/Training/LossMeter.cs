using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Mean loss over examples, summed on the device so that a GPU need not be waited for in every step.</summary>
internal sealed class LossMeter(Device device) : IDisposable
{
    private readonly Tensor _sum = zeros([], dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    private long _count;

    public void Add(Tensor loss, int count)
    {
        using var scope = NewDisposeScope();
        _sum.add_(loss.detach().to_type(ScalarType.Float64), alpha: count);
        _count += count;
    }

    /// <summary>The mean so far; waits for the device.</summary>
    public double Mean() => _sum.item<double>() / _count;

    public void Dispose() => _sum.Dispose();
}
