using Microsoft.Extensions.Logging;
using TransferLearning.Text;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>How long training stands still for a checkpoint of BERT-base with AdamW, against a plain write of as many bytes; both up to the disk.</summary>
internal static class CheckpointPause
{
    private const int Rounds = 7, Texts = 2, Tokens = 16;

    public static int Run()
    {
        manual_seed(0);
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var ids = randint(30522, [Rounds * Texts, Tokens], ScalarType.Int64);
            var data = new TensorDataset(ids, [.. Enumerable.Range(0, Rounds * Texts).Select(i => i % 2)], ["no", "yes"]);
            using var network = TextBackbones.Create("bert-base-uncased");
            using var backbone = new OnTensors(network);
            using var model = backbone.WithHead(new LinearHead(data.Targets.Names));
            var (pauses, plain) = (new Pauses(), new PlainWrite(folder));
            var options = new TrainerOptions
            {
                Epochs = 1, BatchSize = Texts, Optimizer = new AdamW(2e-5), Device = CPU,
                Checkpoints = new CheckpointOptions(Path.Combine(folder, "checkpoints")) { Interval = TimeSpan.Zero, Keep = 1 },
            };
            new Trainer(options, plain) { Logger = pauses }.Fit(model, data);
            // The first checkpoint has nothing to be compared with, and the first step allocates the optimizer's history.
            var (ours, theirs) = (pauses.Seconds[1..Rounds], plain.Seconds[1..Rounds]);
            Console.WriteLine(FormattableString.Invariant(
                $"{plain.Bytes >> 20} MiB, seconds at the median (minimum) of {Rounds - 1}: checkpoint {Loop.Median(ours):F3} ({ours.Min():F3}), plain write {Loop.Median(theirs):F3} ({theirs.Min():F3}); {Loop.Median(ours) / Loop.Median(theirs):F2}x at the median, {ours.Min() / theirs.Min():F2}x at the minimum"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes as many bytes as the newest checkpoint has, before the next is written.</summary>
    private sealed class PlainWrite(string folder) : IFineTuneStrategy
    {
        public string Description => "a plain write after each step";

        public List<double> Seconds { get; } = [];

        public long Bytes { get; private set; }

        public void AfterStep(TrainingStep step)
        {
            if (Directory.GetFiles(Path.Combine(folder, "checkpoints"), "*.safetensors") is not [var newest])
            {
                Seconds.Add(double.NaN);
                return;
            }
            Bytes = new FileInfo(newest).Length;
            using var scope = NewDisposeScope();
            var bytes = zeros([Bytes], ScalarType.Byte);
            var path = Path.Combine(folder, "plain");
            Seconds.Add(Times.Wall(() =>
            {
                using var stream = File.Create(path);
                stream.Write(bytes.bytes);
                stream.Flush(flushToDisk: true);
            }));
            File.Delete(path);
        }
    }

    /// <summary>Gathers the seconds that the trainer logs for each checkpoint.</summary>
    private sealed class Pauses : ILogger
    {
        public List<double> Seconds { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "CheckpointWritten" && state is IEnumerable<KeyValuePair<string, object?>> values)
                Seconds.Add((double)values.First(value => value.Key == "Seconds").Value!);
        }
    }
}
