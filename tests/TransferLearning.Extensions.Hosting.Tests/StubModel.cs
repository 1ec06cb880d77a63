using System.Collections.Concurrent;

namespace TransferLearning.Extensions.Hosting.Tests;

/// <summary>A model whose answers are what it is called, and which computes when it is let.</summary>
internal sealed class StubModel(string name = "stub") : IServedModel<int>
{
    /// <summary>An example that it cannot answer.</summary>
    public const int Bad = -1;

    private readonly SemaphoreSlim _started = new(0);

    /// <summary>Set (at first): batches are computed; reset: they wait.</summary>
    public ManualResetEventSlim Open { get; } = new(true);

    /// <summary>The examples of the batches that were begun, in order, without the trial of a new model.</summary>
    public ConcurrentQueue<string> Batches { get; } = [];

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<string> Labels { get; } = [name];

    public int Trial => int.MaxValue;

    public async Task StartedAsync()
    {
        if (!await _started.WaitAsync(TimeSpan.FromMinutes(1))) throw new TimeoutException("No batch was begun.");
    }

    public IReadOnlyList<Classification> Predict(IReadOnlyList<int> examples)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (!examples.Contains(Trial))
        {
            Batches.Enqueue(string.Join(' ', examples));
            _started.Release();
            Open.Wait();
        }
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (examples.Contains(Bad)) throw new ArgumentException("A bad example.");
        return [.. examples.Select(example => new Classification([new(name, example)]))];
    }

    public void Dispose() => IsDisposed = true;
}
