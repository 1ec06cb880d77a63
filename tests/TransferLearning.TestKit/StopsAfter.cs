namespace TransferLearning.TestKit;

/// <summary>
/// Progress that cancels when it is told something that a test waits for, and keeps what it was told. Tells at once, on the reporting
/// thread.
/// </summary>
public sealed class StopsAfter<T>(Func<T, bool> isReached) : IProgress<T>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<T> _told = [];

    /// <summary>Cancelled once it is reached.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What was told so far.</summary>
    public IReadOnlyList<T> Told
    {
        get { lock (_told) return [.. _told]; }
    }

    /// <inheritdoc/>
    public void Report(T value)
    {
        lock (_told) _told.Add(value);
        if (isReached(value)) _stop.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
