using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

/// <summary>By which number epochs are compared.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class MonitorTests : IDisposable
{
    private static readonly TrainerOptions Options = Experiment.Options with { Epochs = 8, Optimizer = new Sgd(0.8) };

    private readonly TemporaryFolder _folder = new();
    private readonly Experiment _experiment = new();

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("macroF1")]
    [InlineData("loss")]
    [InlineData("accuracy")]
    public void Early_stopping_the_best_checkpoint_and_the_report_agree(string monitor)
    {
        var checkpoints = new CheckpointOptions(_folder.File("run")) { Interval = TimeSpan.Zero };
        var report = _experiment.Fit(Options with { Monitor = monitor, Checkpoints = checkpoints }, new EarlyStopping(patience: 8));

        var values = report.Epochs.Select(epoch => epoch.Evaluation![monitor]).ToList();
        var best = monitor == "loss" ? values.Min() : values.Max();
        report.BestEpoch.Should().Be(values.IndexOf(best) + 1, "the first of equals, and people count from 1");
        report.WeightsFromEpoch.Should().Be(report.BestEpoch);
        report.Evaluation![monitor].Should().Be(best);
        report.Monitor.Should().Be(monitor);
        using var artefact = ModelArtefact.Open(Path.Combine(_folder.File("run"), "best.safetensors"));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        Experiment.StateOf(restored).Should().BeEquivalentTo(_experiment.State());
    }

    [Fact]
    public void A_strategy_may_set_it_for_the_whole_run()
    {
        var report = _experiment.Fit(Options, new EarlyStopping(patience: 8, monitor: "macroF1"));
        (report.Monitor, report.WeightsFromEpoch).Should().Be(("macroF1", report.BestEpoch!.Value));
        _experiment.Invoking(
            e => e.Fit(Options, new EarlyStopping(monitor: "macroF1"), new Hook { OnPrepare = session => session.Monitor = "accuracy" }))
            .Should().Throw<ArgumentException>()
            .WithMessage("Epochs are compared by 'macroF1' and by 'accuracy': a run goes by one number.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unknown_name_is_refused_before_training_with_the_names_that_there_are(bool byStrategy)
    {
        var before = _experiment.State();
        _experiment.Invoking(
            e => e.Fit(byStrategy ? Options : Options with { Monitor = "macroF2" }, new EarlyStopping(monitor: byStrategy ? "macroF2" : null)))
            .Should().Throw<ArgumentException>()
                .WithMessage("*compared by 'macroF2', which is not measured. Did you mean 'macroF1'? There are: accuracy, macroF1, loss.");
        _experiment.Progress.Entries.Should().BeEmpty();
        _experiment.State().Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Without_a_validation_set_there_is_nothing_to_compare_by()
    {
        FluentActions.Invoking(() => new Trainer(Options with { Monitor = "accuracy" }).Fit(_experiment.Model, _experiment.Train))
            .Should().Throw<ArgumentException>().WithMessage("*compared by 'accuracy', and there is no validation set*");
        new Trainer(Options with { Epochs = 1 }).Fit(_experiment.Model, _experiment.Train).BestEpoch.Should().BeNull();
        _experiment.Invoking(e => e.Fit(Options with { Monitor = " " })).Should().Throw<ArgumentException>()
            .WithMessage("*Monitor is empty*");
    }

    [Fact]
    public void What_is_no_number_is_never_the_best()
    {
        var report = _experiment.Fit(Options with { Epochs = 1 });
        EpochReport Epoch(int epoch, double loss) => new(epoch, 0, report.Evaluation! with { Loss = loss }, 0, 0);
        (report with { Epochs = [Epoch(1, double.NaN), Epoch(2, 3), Epoch(3, 2), Epoch(4, 2)] }).BestEpoch.Should().Be(3);
        (report with { Epochs = [Epoch(1, double.NaN), Epoch(2, double.NaN)] }).BestEpoch.Should().BeNull();
    }

    [Fact]
    public void An_epoch_without_a_number_hides_no_later_one()
    {
        using var model = _experiment.Backbone.WithHead(
            new LinearHead(Experiment.Classes) { Metrics = [new Scripted(double.NaN, 1, 3, 2)] });
        var options = Options with
        {
            Epochs = 4, Monitor = "scripted", Checkpoints = new(_folder.File("run")) { Interval = TimeSpan.Zero }
        };
        var report = new Trainer(options, new EarlyStopping(patience: 8)).Fit(model, _experiment.Train, _experiment.Validation);
        (report.BestEpoch, report.WeightsFromEpoch, report.Evaluation!["scripted"]).Should().Be((3, 3, 3));
        using var artefact = ModelArtefact.Open(Path.Combine(_folder.File("run"), "best.safetensors"),
            Kinds.Default.WithMetric("scripted", _ => new Scripted()));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        Experiment.StateOf(restored).Should().BeEquivalentTo(Experiment.StateOf(model));
    }

    /// <summary>Says of one evaluation after the other what the test wants; of nothing it says NaN.</summary>
    private sealed class Scripted(params double[] values) : IMetric
    {
        private readonly Queue<double> _values = new(values);

        public string Kind => "scripted";

        public IMetricState Start(IReadOnlyList<string> labels) => new State(_values);

        private sealed class State(Queue<double> values) : IMetricState
        {
            private bool _isEmpty = true;

            public void Add(TensorSet output, TensorSet target) => _isEmpty = false;

            public MetricResult Compute() =>
                new NumbersResult("scripted", new MetricValue("scripted", _isEmpty ? double.NaN : values.Dequeue()));
        }
    }
}
