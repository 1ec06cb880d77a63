using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TransferLearning;

/// <summary>
/// The folder of a run's checkpoints: which there are, when the next is due, which are removed. One run holds it at a time.
/// </summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "checkpoint-";
    private const string Extension = ".safetensors";

    // Checkpoints take at most one part in so many of the time.
    private const int ShareOfTime = 20;

    private readonly CheckpointOptions _options;
    private readonly TrainingSession _session;
    private readonly IReadOnlyList<IFineTuneStrategy> _strategies;
    private readonly IReadOnlyDictionary<string, string> _run;
    private readonly ILogger _logger;
    private readonly FileStream _lock;
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private TimeSpan _cost;
    private readonly HashSet<string> _damaged = [];
    private readonly Func<TrainingReport> _report;
    private (ModelSnapshot Weights, TrainingSummary Summary)? _best;
    private (int Epoch, int Batch, bool IsComplete)? _written;

    // A file system takes as long to remove a large file as half of its writing; training need not wait for it.
    private Task _removal = Task.CompletedTask;

    /// <summary>Takes the folder for a run.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process has it.</exception>
    /// <exception cref="ArgumentException">It holds checkpoints and the run is not to go on from them.</exception>
    public CheckpointFolder(
        CheckpointOptions options, TrainingSession session, IReadOnlyList<IFineTuneStrategy> strategies, IReadOnlyDictionary<string, string> run, Func<TrainingReport> report, ILogger logger)
    {
        (_options, _session, _strategies, _run, _report, _logger) = (options, session, strategies, run, report, logger);
        _lock = Claim(options.Folder);
        try
        {
            if (!options.Resume && Newest().FirstOrDefault() is { } existing)
                throw new ArgumentException(
                    $"The folder '{options.Folder}' holds a run's checkpoints, such as '{Path.GetFileName(existing)}': set Resume to "
                    + "go on from them, or choose another folder.");
            AtomicFile.RemoveLeftovers(options.Folder, IsOfRun);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Puts the run back to the newest checkpoint that can be read; without any it starts anew.</summary>
    /// <exception cref="WeightFormatException">There are checkpoints and none can be read.</exception>
    public void Resume()
    {
        WeightFormatException? damage = null;
        foreach (var path in Newest())
        {
            try
            {
                TrainingCheckpoint.Load(path, _session, _strategies, _run);
                _written = Position;
                _logger.Resumed(path, _session.Epoch + 1, _session.Step);
                return;
            }
            catch (WeightFormatException error)
            {
                _logger.Warn(error.Message);
                _damaged.Add(path);
                damage ??= error;
            }
        }
        if (damage is not null) throw damage;
    }

    /// <summary>Writes a checkpoint where one is due.</summary>
    public void WriteIfDue()
    {
        if (_sinceLast.Elapsed >= _options.Interval && (_options.Interval == TimeSpan.Zero || _sinceLast.Elapsed >= _cost * ShareOfTime))
            Write();
    }

    /// <summary>
    /// Remembers the weights of the epoch that has just been evaluated, if it is the best; they are written with the next checkpoint.
    /// </summary>
    public void RememberBest()
    {
        if (_session.Evaluation?.Cost(_session.Monitor) is not { } now) return;
        var before = _session.Epochs.SkipLast(1).Select(epoch => epoch.Evaluation!.Cost(_session.Monitor))
            .DefaultIfEmpty(double.PositiveInfinity).Min();
        if (!(now < before)) return;
        _best?.Weights.Dispose();
        _best = (_session.Capture(), _report().Summary);
    }

    /// <summary>Writes a checkpoint, unless the last one is of the same moment, and removes those that are too old.</summary>
    /// <exception cref="IOException">It cannot be written; those that were there before are unchanged.</exception>
    public void Write()
    {
        if (_written == Position) return;
        var clock = Stopwatch.StartNew();
        var path = Path.Combine(_options.Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_session.Step:D8}{Extension}"));
        try
        {
            _removal.GetAwaiter().GetResult();
            if (_best is var (weights, summary))
            {
                var best = ModelState.Of(_session.Model);
                foreach (var (name, value) in weights.Values) best[name] = value;
                ModelArtefact.Save(_session.Model, Path.Combine(_options.Folder, "best" + Extension), best, summary: summary);
                weights.Dispose();
                _best = null;
            }
            TrainingCheckpoint.Write(path, _session, _strategies, _run);
            _written = Position;
            _damaged.Remove(path);
            // One that cannot be read is no reason to remove one that can.
            string[] old = [.. Newest().Except(_damaged).Skip(_options.Keep), .. _damaged];
            _damaged.Clear();
            _removal = Task.Run(() => Array.ForEach(old, File.Delete));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var good = Newest().FirstOrDefault() is { } newest
                ? $"'{newest}' is intact: mend it and resume from there."
                : "There is none yet.";
            throw new IOException($"The checkpoint '{path}' cannot be written: {error.Message} {good}", error);
        }
        _cost = clock.Elapsed;
        _sinceLast.Restart();
        _logger.CheckpointWritten(path, _session.Epoch + 1, _session.Step, _cost.TotalSeconds);
    }

    public void Dispose()
    {
        // Waits without throwing: what cannot be removed stays there, and the run itself has not failed.
        Task.WaitAny(_removal);
        _lock.Dispose();
    }

    private (int, int, bool) Position => (_session.Epoch, _session.EpochBatch, _session.IsComplete);

    private IEnumerable<string> Newest() => Directory.EnumerateFiles(_options.Folder, $"{Prefix}*{Extension}")
        .Where(path => int.TryParse(StepOf(path), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .OrderByDescending(path => int.Parse(StepOf(path), CultureInfo.InvariantCulture));

    private static bool IsOfRun(string file) =>
        file == "best" + Extension || file.StartsWith(Prefix, StringComparison.Ordinal)
            && file.EndsWith(Extension, StringComparison.Ordinal);

    private static string StepOf(string path) => Path.GetFileName(path)[Prefix.Length..^Extension.Length];

    /// <summary>The lock ends with the process, however that ends.</summary>
    private static FileStream Claim(string folder)
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"The folder '{folder}' may not be written, so it cannot take checkpoints.", error);
        }
        catch (IOException error)
        {
            throw new IOException(
                $"The folder '{folder}' cannot take checkpoints, perhaps because another run uses it: "
                + error.Message.Replace(path, folder, StringComparison.Ordinal), error);
        }
    }
}
