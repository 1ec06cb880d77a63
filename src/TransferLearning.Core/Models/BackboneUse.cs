using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Who computes with a network at the moment. Models may share a backbone, whose weights and modes are the same for all: while one thread
/// trains it, no other may use it.
/// </summary>
internal sealed class BackboneUse
{
    // By the network, which knows nothing of its users; the entry ends with it.
    private static readonly ConditionalWeakTable<nn.Module, BackboneUse> Uses = [];

    private readonly object _lock = new();
    private readonly string _id;
    private int _measurements, _predictions;
    private int? _trainer;

    private BackboneUse(string id) => _id = id;

    public static BackboneUse Of(IPretrainedBackbone backbone) => Uses.GetValue(backbone.Module, _ => new BackboneUse(backbone.Info.Id));

    /// <summary>Begins to train; predictions in flight are waited for.</summary>
    /// <exception cref="InvalidOperationException">It is being trained or measured.</exception>
    public IDisposable Train()
    {
        lock (_lock)
        {
            if (_trainer is not null) throw IsTrained("trained");
            if (_measurements > 0)
                throw new InvalidOperationException(
                    $"The backbone '{_id}' is being measured, or features are computed with it, and training would change it meanwhile: "
                    + "train afterwards, or load the backbone once more.");
            _trainer = Environment.CurrentManagedThreadId;
            while (_predictions > 0) Monitor.Wait(_lock);
            return new Use(this, () => _trainer = null);
        }
    }

    /// <summary>Begins a pass over a data set.</summary>
    /// <exception cref="InvalidOperationException">Another thread trains it.</exception>
    public IDisposable Measure()
    {
        lock (_lock)
        {
            if (_trainer is { } trainer && trainer != Environment.CurrentManagedThreadId) throw IsTrained("measured");
            _measurements++;
            return new Use(this, () => _measurements--);
        }
    }

    /// <summary>Begins to compute a batch.</summary>
    /// <exception cref="InvalidOperationException">Another thread trains it.</exception>
    public IDisposable Predict()
    {
        lock (_lock)
        {
            if (_trainer is { } trainer && trainer != Environment.CurrentManagedThreadId) throw IsTrained("asked");
            _predictions++;
            return new Use(this, () => _predictions--);
        }
    }

    private InvalidOperationException IsTrained(string now) => new(
        $"The backbone '{_id}' is being trained by another run, so it cannot be {now} before that has ended: wait for it, or load the "
        + "backbone once more.");

    private sealed class Use(BackboneUse backbone, Action end) : IDisposable
    {
        public void Dispose()
        {
            lock (backbone._lock)
            {
                end();
                Monitor.PulseAll(backbone._lock);
            }
        }
    }
}
