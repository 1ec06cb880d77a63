using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// A tensor that follows from the length of the texts alone: made once for all layers, and anew for texts of another length.
/// Thread-safe: what was handed out stays valid.
/// </summary>
/// <param name="make">Makes it for a length on a device, in the current dispose scope.</param>
internal sealed class PerLength(Func<long, Device, Tensor> make) : Module(nameof(PerLength))
{
    private readonly Lock _lock = new();
    private Tensor? _last;
    private (long Length, string Device) _key;

    /// <summary>The tensor; it belongs to the current dispose scope.</summary>
    public Tensor Of(long length, Device device)
    {
        var key = (length, device.ToString());
        lock (_lock)
        {
            if (_last is null || _key != key)
            {
                _last?.Dispose();
                (_last, _key) = (make(length, device).DetachFromDisposeScope(), key);
            }
            return _last.alias();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _last?.Dispose();
        base.Dispose(disposing);
    }
}
