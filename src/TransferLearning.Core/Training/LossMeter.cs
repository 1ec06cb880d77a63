using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Mean loss over batches that weigh differently, summed on the device so that a GPU need not be waited for in every step.
/// </summary>
internal sealed class LossMeter(Device device) : IDisposable
{
    private readonly Tensor _sum = zeros([], dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();

    public Device Device => device;

    /// <summary>Weight of the batches so far: the number of examples, where each counts the same.</summary>
    public double Weight { get; private set; }

    /// <summary>Sum of the weighted losses so far; waits for the device.</summary>
    public double Sum => _sum.item<double>();

    /// <summary>Starts again from a total.</summary>
    public void Reset(double sum = 0, double weight = 0)
    {
        _sum.fill_(sum);
        Weight = weight;
    }

    /// <summary>Adds a batch; one of no weight has no mean, and changes nothing.</summary>
    public void Add(Tensor loss, double weight)
    {
        if (weight == 0) return;
        using var scope = NewDisposeScope();
        _sum.add_(loss.detach().to_type(ScalarType.Float64), alpha: weight);
        Weight += weight;
    }

    /// <summary>The mean so far; waits for the device.</summary>
    public double Mean() => Sum / Weight;

    public void Dispose() => _sum.Dispose();
}
