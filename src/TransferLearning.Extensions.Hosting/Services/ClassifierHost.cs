using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TransferLearning.Extensions.Hosting;

/// <summary>
/// A model in service: loads it, loads it anew when its file changes, and lets requests through to the thread that computes. A request
/// keeps the model
/// that it came to until it is answered.
/// </summary>
internal sealed class ClassifierHost<TModel, TExample> : IHostedService, IAsyncDisposable, IDisposable
    where TModel : class, IServedModel<TExample>
{
    private readonly ClassifierServiceOptions _options;
    private readonly Func<string, TModel> _open;
    private readonly ClassifierTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly ModelFile _file;
    private readonly ModelSlot<TModel> _models = new();
    private readonly BatchQueue<TModel, TExample> _queue;
    private readonly SemaphoreSlim _loading = new(1), _preparing = new(Environment.ProcessorCount);
    private FileWatch? _watch;
    private bool _isDisposed;

    public ClassifierHost(
        string name, string path, ClassifierServiceOptions options, Func<string, TModel> open,
        ClassifierTelemetry telemetry, ILogger logger)
    {
        (Name, _file, _options, _open, _telemetry, _logger) = (name, new ModelFile(path), options, open, telemetry, logger);
        Status = new ClassifierStatus(_file.Path);
        _queue = new BatchQueue<TModel, TExample>(name, options, telemetry);
    }

    /// <summary>What it is called in metrics, traces, logs and messages.</summary>
    public string Name { get; }

    public ClassifierStatus Status { get; private set; }

    public int QueueLength => _queue.Length;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_options.LoadAtStart) return;
        using var use = await UseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers what has come, or refuses it when the host does not wait any longer.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StopWatchingAsync().ConfigureAwait(false);
        await _queue.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="prepare">Makes the example ready for the model; the slow part that needs no torch.</param>
    /// <param name="cancellation">Takes the request back.</param>
    public async Task<Classification> PredictAsync(Func<TModel, TExample> prepare, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var activity = _telemetry.StartRequest(Name);
        Exception? failure = null;
        try
        {
            return await AnswerAsync(prepare, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            _telemetry.EndRequest(Name, activity, started, failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await StopWatchingAsync().ConfigureAwait(false);
        _queue.Dispose();
        _models.Dispose();
        _loading.Dispose();
        _preparing.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task StopWatchingAsync()
    {
        if (Interlocked.Exchange(ref _watch, null) is { } watch) await watch.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<Classification> AnswerAsync(Func<TModel, TExample> prepare, CancellationToken cancellation)
    {
        _queue.Enter();
        try
        {
            using var use = await UseAsync(cancellation).ConfigureAwait(false);
            // As many at once as there are processors: a large photograph takes much memory while it is decoded.
            await _preparing.WaitAsync(cancellation).ConfigureAwait(false);
            TExample example;
            try
            {
                example = prepare(use.Model);
            }
            finally
            {
                _preparing.Release();
            }
            return await _queue.PredictAsync(use.Model, example, isTrial: false, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _queue.Leave();
        }
    }

    /// <summary>The model that is in service; loads the first one.</summary>
    private async ValueTask<ModelUse<TModel>> UseAsync(CancellationToken cancellation)
    {
        if (_models.TryUse() is { } use) return use;
        await _loading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_models.TryUse() is { } other) return other;
            var stamp = _file.Stamp;
            // Not tried again before the file is another.
            if (Status.Failure?.Stamp is not { } refused || refused != stamp) await LoadAsync(stamp).ConfigureAwait(false);
            if (_models.TryUse() is not { } first)
            {
                var error = Status.Failure?.Error;
                throw new ClassifierUnavailableException($"The {Name} has no model. {error?.Message}", _options.PollInterval, error);
            }
            if (_options.Reload) _watch = new FileWatch(_file, stamp, _options, ReloadAsync, _logger);
            return first;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Whether nothing more can be done about this content of the file.</summary>
    private async Task<bool> ReloadAsync()
    {
        await LoadAsync(_file.Stamp).ConfigureAwait(false);
        return Status.Failure?.Error.InnerException is not IOException;
    }

    /// <summary>Puts the file's model into service when it has answered; a failure is logged and kept in the status.</summary>
    private async Task LoadAsync(FileStamp? stamp)
    {
        var started = Stopwatch.GetTimestamp();
        var activity = _telemetry.StartLoad(Name);
        TModel? model = null;
        Exception? failure = null;
        try
        {
            model = await Task.Run(() => _file.Open(_open)).ConfigureAwait(false);
            await _queue.PredictAsync(model, model.Trial, isTrial: true, CancellationToken.None).ConfigureAwait(false);
            ClassifierLog.Loaded(_logger, Name, _file.Path, model.Labels.Count, Stopwatch.GetElapsedTime(started).TotalSeconds);
            Status = new ClassifierStatus(_file.Path) { Labels = model.Labels, Loaded = DateTimeOffset.UtcNow };
            _models.Replace(model);
        }
        catch (Exception error)
        {
            failure = error;
            model?.Dispose();
            if (Status.Failure?.Error.Message != error.Message)
            {
                var consequence = Status.Loaded is null ? "has no model" : "goes on with the model that it has";
                ClassifierLog.Refused(_logger, error, Name, consequence, error.Message);
            }
            Status = Status with { Failure = new(error, DateTimeOffset.UtcNow, stamp) };
        }
        _telemetry.EndLoad(Name, activity, failure);
    }
}
