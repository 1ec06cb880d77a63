using System.Diagnostics;
using static TorchSharp.torch;

namespace TransferLearning.Extensions.Hosting;

/// <summary>
/// Requests on their way to one thread that computes. It takes what waits: a single request at once, and while it computes the next batch
/// gathers, so
/// that nobody waits for a batch to fill. One thread, since torch keeps a pool of threads for each that computes.
/// </summary>
internal sealed class BatchQueue<TModel, TExample> : IDisposable where TModel : class, IServedModel<TExample>
{
    private readonly string _classifier;
    private readonly ClassifierServiceOptions _options;
    private readonly ClassifierTelemetry _telemetry;
    private readonly object _gate = new();
    private readonly LinkedList<QueuedRequest<TModel, TExample>> _waiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _admitted;
    private double _secondsPerExample;
    private bool _isStopping;

    public BatchQueue(string classifier, ClassifierServiceOptions options, ClassifierTelemetry telemetry)
    {
        (_classifier, _options, _telemetry) = (classifier, options, telemetry);
        telemetry.Observe(classifier, () => Length);
        new Thread(Work) { IsBackground = true, Name = classifier }.Start();
    }

    /// <summary>Requests that wait to be computed.</summary>
    public int Length
    {
        get { lock (_gate) return _waiting.Count; }
    }

    /// <summary>Takes a place in the service; <see cref="Leave"/> gives it back.</summary>
    /// <exception cref="ClassifierUnavailableException">All places are taken, or the service stops.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            if (_isStopping) throw Stopping();
            if (_admitted >= _options.QueueLimit)
                throw Unavailable($"has {_admitted} requests already, all that ClassifierServiceOptions.QueueLimit allows: try later.");
            _admitted++;
        }
    }

    public void Leave()
    {
        lock (_gate) _admitted--;
    }

    /// <summary>Waits for the answer. The model stays usable until then.</summary>
    public async Task<Classification> PredictAsync(TModel model, TExample example, bool isTrial, CancellationToken cancellation)
    {
        var request = new QueuedRequest<TModel, TExample>(model, example) { IsTrial = isTrial };
        LinkedListNode<QueuedRequest<TModel, TExample>> place;
        lock (_gate)
        {
            if (_isStopping) throw Stopping();
            place = _waiting.AddLast(request);
            Monitor.Pulse(_gate);
        }
        using var registration = cancellation.UnsafeRegister((_, token) => Withdraw(place, token), null);
        return await request.Task.ConfigureAwait(false);
    }

    /// <summary>Takes no more requests and answers those that wait, or refuses them when the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        using var registration = cancellation.UnsafeRegister(_ => RefuseAll(), null);
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Refuses what waits, and waits for what is computed.</summary>
    public void Dispose() => StopAsync(new CancellationToken(canceled: true)).GetAwaiter().GetResult();

    private void Work()
    {
        try
        {
            if (_options.Threads is { } threads) set_num_threads(threads);
            while (Next() is { } batch) Compute(batch);
            _ended.SetResult();
        }
        catch (Exception error)
        {
            // Nobody would answer what comes later.
            lock (_gate) _isStopping = true;
            RefuseAll();
            _ended.SetException(error);
        }
    }

    /// <summary>What waits, from the first on, of one model; null at the end.</summary>
    private List<QueuedRequest<TModel, TExample>>? Next()
    {
        List<QueuedRequest<TModel, TExample>> batch = [];
        lock (_gate)
        {
            while (batch.Count == 0)
            {
                while (_waiting.Count == 0 && !_isStopping) Monitor.Wait(_gate);
                if (_waiting.Count == 0) return null;
                while (batch.Count < _options.MaxBatch && _waiting.First is { Value: var first })
                {
                    if (batch.Count > 0 && first.Model != batch[0].Model) break;
                    _waiting.RemoveFirst();
                    if (first.IsTrial || Stopwatch.GetElapsedTime(first.Since) <= _options.MaxWait) batch.Add(first);
                    else first.Fail(Unavailable("let a request wait longer than ClassifierServiceOptions.MaxWait allows: try later."));
                }
            }
        }
        foreach (var request in batch) _telemetry.Waited(_classifier, request.Since);
        return batch;
    }

    private void Compute(List<QueuedRequest<TModel, TExample>> batch)
    {
        if (TryAnswer(batch) is not { } error) return;
        if (batch.Count == 1) batch[0].Fail(error);
        // An example that the model cannot answer is not to fail its neighbours.
        else foreach (var request in batch) Compute([request]);
    }

    private Exception? TryAnswer(List<QueuedRequest<TModel, TExample>> batch)
    {
        var started = Stopwatch.GetTimestamp();
        using var activity = _telemetry.IsTraced
            ? _telemetry.StartBatch(_classifier, batch.Count, batch.Select(request => request.Context))
            : null;
        Exception? failure = null;
        try
        {
            var answers = batch[0].Model.Predict([.. batch.Select(request => request.Example)]);
            foreach (var (request, answer) in batch.Zip(answers)) request.Answer(answer);
        }
        catch (Exception error)
        {
            failure = error;
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (failure is null) _secondsPerExample = 0.9 * _secondsPerExample + 0.1 * seconds / batch.Count;
        _telemetry.EndBatch(_classifier, batch.Count, seconds, failure);
        return failure;
    }

    /// <summary>Takes a request back that still waits; one that is computed is answered.</summary>
    private void Withdraw(LinkedListNode<QueuedRequest<TModel, TExample>> place, CancellationToken token)
    {
        lock (_gate)
        {
            if (place.List is null) return;
            _waiting.Remove(place);
        }
        place.Value.Cancel(token);
    }

    private void RefuseAll()
    {
        lock (_gate)
        {
            foreach (var request in _waiting) request.Fail(Stopping());
            _waiting.Clear();
        }
    }

    private ClassifierUnavailableException Stopping() => Unavailable("stops and takes no more requests: ask another instance.");

    private ClassifierUnavailableException Unavailable(string reason) =>
        new($"The {_classifier} {reason}", TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(_secondsPerExample * _admitted))));
}
