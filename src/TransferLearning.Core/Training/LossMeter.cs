using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Mean loss over examples, summed on the device so that a GPU need not be waited for in every step.</summary>
internal sealed class LossMeter(Device device) : IDisposable
{
    private readonly Tensor _sum = zeros([], dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    private long _count;

    /// <summary>Sum and number of examples so far; waits for the device.</summary>
    public (double Sum, long Count) Total => (_sum.item<double>(), _count);

    /// <summary>Starts again from a total.</summary>
    public void Reset(double sum = 0, long count = 0)
    {
        _sum.fill_(sum);
        _count = count;
    }

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
