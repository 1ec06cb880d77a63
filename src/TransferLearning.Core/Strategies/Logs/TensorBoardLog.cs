using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Writes what TensorBoard shows as curves: loss and learning rate by step (<c>step/loss</c>, <c>step/learningRate</c>), and the numbers of
/// each epoch by its number from 1 under the report's names (<c>epoch/trainLoss</c>, <c>epoch/validationLoss</c>, <c>epoch/accuracy</c>,
/// ...). A run that goes on from a checkpoint goes on in the same log, without what it had written after that checkpoint. A new run
/// replaces the log in the folder.
/// </summary>
/// <param name="folder">A folder of the run's own, as TensorBoard wants it (<c>tensorboard --logdir</c> names the one above); it is
/// created.</param>
/// <param name="every">Steps between two values by step; at least 1. On a GPU each waits for the loss. Default 1.</param>
public sealed class TensorBoardLog(string folder, int every = 1) : IFineTuneStrategy
{
    // TorchSharp's writer gives each log a name of its own.
    private const string Suffix = "transferlearning";

    private readonly string _folder = !string.IsNullOrWhiteSpace(folder) ? folder : throw new ArgumentException(
        "The log's folder has no name.", nameof(folder));
    private readonly int _every = every >= 1 ? every : throw new ArgumentOutOfRangeException(
        nameof(every), every, "A log has a value every step, or more rarely.");

    private SummaryWriter? _writer;
    private string _file = "";
    private (double Sum, double Weight) _loss;

    /// <inheritdoc/>
    public string Description =>
        _every == 1 ? "log for TensorBoard" : FormattableString.Invariant($"log for TensorBoard every {_every} steps");

    /// <inheritdoc/>
    public void Prepare(TrainingSession session) => (_writer, _loss) = (null, default);

    /// <inheritdoc/>
    public void BeforeEpoch(TrainingSession session)
    {
        if (_writer is null) Start(0);
    }

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        next();
        if ((step.Session.Step + 1) % _every == 0 && step.Weight > 0)
            _loss = (_loss.Sum + step.Loss.item<float>() * step.Weight, _loss.Weight + step.Weight);
    }

    /// <inheritdoc/>
    public void AfterStep(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var session = step.Session;
        if (session.Step % _every != 0) return;
        Write(session, "step/loss", _loss.Sum / _loss.Weight, session.Step);
        Write(session, "step/learningRate", session.Weights.LearningRate, session.Step);
        _loss = default;
    }

    /// <inheritdoc/>
    public void AfterEpoch(TrainingSession session, EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(epoch);
        foreach (var (name, value) in EpochNumbers.Of(epoch).Skip(1)) Write(session, $"epoch/{name}", value, epoch.Epoch);
    }

    /// <inheritdoc/>
    public void Save(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Numbers["length"] = _writer is null ? 0 : new FileInfo(_file).Length;
    }

    /// <inheritdoc/>
    public void Load(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Start((long)state.Numbers["length"]);
    }

    /// <summary>
    /// A new file with that much of the old one, since a writer does not go on in a file; the longest, where one was killed in between.
    /// </summary>
    private void Start(long length)
    {
        Directory.CreateDirectory(_folder);
        var old = Files().OrderByDescending(file => file.Length).ToList();
        _writer = utils.tensorboard.SummaryWriter(_folder, Suffix);
        _file = Files().Select(file => file.FullName).Except(old.Select(file => file.FullName)).Single();
        if (length > 0 && old.FirstOrDefault() is { } log && log.Length >= length)
            AtomicFile.Write(_file, stream =>
            {
                using var kept = log.OpenRead();
                var bytes = new byte[length];
                kept.ReadExactly(bytes);
                stream.Write(bytes);
            });
        foreach (var file in old) file.Delete();
    }

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(_folder).EnumerateFiles($"events.out.tfevents.*.{Suffix}");

    private void Write(TrainingSession session, string tag, double value, int at)
    {
        if (_writer is null) throw new InvalidOperationException("The log belongs to no run: give it to a Trainer.");
        _writer.add_scalar(tag, (float)value, at, session.Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
    }
}
