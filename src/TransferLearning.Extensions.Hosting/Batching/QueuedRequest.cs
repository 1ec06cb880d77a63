using System.Diagnostics;

namespace TransferLearning.Extensions.Hosting;

/// <summary>A request that waits to be computed by a certain model.</summary>
internal sealed class QueuedRequest<TModel, TExample>(TModel model, TExample example)
{
    private readonly TaskCompletionSource<Classification> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TModel Model { get; } = model;

    public TExample Example { get; } = example;

    /// <summary>When it came, by <see cref="Stopwatch"/>.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();

    /// <summary>The span that waits for it, where somebody listens.</summary>
    public ActivityContext? Context { get; } = Activity.Current?.Context;

    /// <summary>A new model's trial waits as long as it takes.</summary>
    public bool IsTrial { get; init; }

    public Task<Classification> Task => _answer.Task;

    public void Answer(Classification classification) => _answer.TrySetResult(classification);

    public void Fail(Exception error) => _answer.TrySetException(error);

    public void Cancel(CancellationToken token) => _answer.TrySetCanceled(token);
}
