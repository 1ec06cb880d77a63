using System.Globalization;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Strategies.Logs;

[NoTensorLeaks(MakesModels = true)]
public sealed class CsvLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("logs/epochs.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_epoch_is_a_row_in_every_culture()
    {
        using var _ = new UnderCulture("de-DE");
        using var experiment = new Experiment();
        List<int> rows = [];
        var report = experiment.Fit(
            Experiment.Options, new CsvLog(Path), new Hook { OnEpochDone = _ => rows.Add(File.ReadAllLines(Path).Length) });

        rows.Should().Equal([2, 3, 4], "it grows with the run");
        var lines = File.ReadAllText(Path).Split('\n');
        lines[0].Should().Be("epoch,trainLoss,validationLoss,accuracy,macroF1,learningRate,seconds");
        lines[^1].Should().BeEmpty("each row has an end");
        foreach (var (epoch, line) in report.Epochs.Zip(lines.Skip(1)))
            line.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))
                .Should().Equal(
                    epoch.Epoch, epoch.TrainLoss, epoch.Evaluation!.Loss, epoch.Evaluation.Accuracy, epoch.Evaluation["macroF1"], epoch.LearningRate, epoch.Seconds);
    }

    [Fact]
    public void A_run_that_goes_on_repeats_no_row()
    {
        using var whole = new Experiment();
        whole.Fit(Experiment.Options, new CsvLog(_folder.File("whole.csv")));
        var options = Experiment.Options with { Checkpoints = new(_folder.File("run")) { Resume = true } };
        using var stopped = new Experiment();
        stopped.Model.StopsAt(
            stopped.Train, stopped.Validation, options, [new CsvLog(Path)], now => now is { Phase: TrainingPhase.Training, Epoch: 3, Batch: 1 }, out _).Should().BeTrue();
        File.ReadAllLines(Path).Should().HaveCount(3);
        File.Delete(Path);

        using var resumed = new Experiment();
        resumed.Fit(options, new CsvLog(Path));
        WithoutSeconds(Path).Should().Equal(
            WithoutSeconds(_folder.File("whole.csv")), "it is written anew, so that not even a lost file lacks a row");
    }

    [Fact]
    public void Without_a_validation_set_there_are_fewer_columns_and_names_with_commas_are_quoted()
    {
        using var experiment = new Experiment(head: new LinearHead(Experiment.Classes) { Metrics = [new Odd()] });
        new Trainer(Experiment.Options, new CsvLog(Path)).Fit(experiment.Model, experiment.Train);
        File.ReadAllLines(Path)[0].Should().Be("epoch,trainLoss,learningRate,seconds");
        new Trainer(Experiment.Options, new CsvLog(Path)).Fit(experiment.Model, experiment.Train, experiment.Validation);
        File.ReadAllLines(Path)[0].Should().Be("epoch,trainLoss,validationLoss,\"a \"\"good\"\", odd one\",learningRate,seconds");
    }

    [Fact]
    public void A_file_without_a_name_is_refused() => FluentActions.Invoking(() => new CsvLog("")).Should().Throw<ArgumentException>();

    private static IEnumerable<string> WithoutSeconds(string path) => File.ReadAllLines(path).Select(line => line[..line.LastIndexOf(',')]);

    private sealed class Odd : IMetric
    {
        public string Kind => "odd";

        public IMetricState Start(IReadOnlyList<string> labels) => new State();

        private sealed class State : IMetricState
        {
            public void Add(TensorSet output, TensorSet target) { }

            public MetricResult Compute() => new NumbersResult("odd", new MetricValue("a \"good\", odd one", 1));
        }
    }
}
