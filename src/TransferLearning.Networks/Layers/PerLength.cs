using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// A tensor that follows from the length of the sequences alone: made once for all layers, and anew for another length. In a recorded graph
/// it is a constant. Thread-safe: what was handed out stays valid.
/// </summary>
/// <param name="make">Makes it for a length on a device, in the current dispose scope.</param>
public sealed class PerLength(Func<long, Device, Tensor> make) : nn.Module(nameof(PerLength))
{
    private readonly Func<long, Device, Tensor> _make = make ?? throw new ArgumentNullException(nameof(make));
    private readonly Lock _lock = new();
    private Tensor? _last;
    private (long Length, string Device) _key;

    /// <summary>The tensor; it belongs to the current dispose scope.</summary>
    public Tensor Of(long length, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var key = (length, device.ToString());
        lock (_lock)
        {
            if (_last is null || _key != key)
            {
                _last?.Dispose();
                (_last, _key) = (Recorder.Unheard(() =>
                    _make(length, device) ?? throw new InvalidOperationException("The function gives null."))
                    .DetachFromDisposeScope(), key);
            }
            return Operations.Constant(_last.alias());
        }
    }

    /// <summary>Disposes the tensor.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _last?.Dispose();
        base.Dispose(disposing);
    }
}
