using Microsoft.Extensions.Logging;

namespace TransferLearning.Extensions.Hosting;

/// <summary>Tells when a file has changed and stays as it is: by what the file system reports, and by looking from time to time.</summary>
internal sealed class FileWatch : IAsyncDisposable
{
    private readonly ModelFile _file;
    private readonly ClassifierServiceOptions _options;
    private readonly Func<Task<bool>> _changed;
    private readonly FileSystemWatcher? _watcher;
    private readonly SemaphoreSlim _reported = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Watches from now on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="known">The stamp of the content that is known.</param>
    /// <param name="options">How often, and how long the file must stay as it is.</param>
    /// <param name="changed">Told of a change; whether that is settled. If not, it is told again when the file is looked at next.</param>
    /// <param name="logger">Where to say that the file system reports nothing.</param>
    public FileWatch(ModelFile file, FileStamp? known, ClassifierServiceOptions options, Func<Task<bool>> changed, ILogger logger)
    {
        (_file, _options, _changed) = (file, options, changed);
        _watcher = TryWatch(logger);
        _loop = Task.Run(() => WatchAsync(known));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _watcher?.Dispose();
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(FileStamp? known)
    {
        try
        {
            for (; ; )
            {
                await _reported.WaitAsync(_options.PollInterval, _stop.Token).ConfigureAwait(false);
                if (_file.Stamp is { } stamp && stamp != known && await SettledAsync(stamp).ConfigureAwait(false) is { } settled
                    && settled != known && await _changed().ConfigureAwait(false))
                    known = settled;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The stamp that the file keeps; null where it has gone.</summary>
    private async Task<FileStamp?> SettledAsync(FileStamp? stamp)
    {
        for (FileStamp? before = null; stamp is not null && stamp != before; stamp = _file.Stamp)
        {
            before = stamp;
            await Task.Delay(_options.SettleTime, _stop.Token).ConfigureAwait(false);
        }
        return stamp;
    }

    private FileSystemWatcher? TryWatch(ILogger logger)
    {
        try
        {
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(_file.Path)!, Path.GetFileName(_file.Path));
            watcher.Changed += Report;
            watcher.Created += Report;
            watcher.Renamed += Report;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException or NotSupportedException)
        {
            ClassifierLog.NotReported(logger, _file.Path, error.Message);
            return null;
        }
    }

    private void Report(object sender, FileSystemEventArgs change)
    {
        // Many reports of one change are one.
        if (_reported.CurrentCount == 0) _reported.Release();
    }
}
