using TransferLearning.TestKit;
using System.Text.Json;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class TrainingReportTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_saved_report_holds_measures_epochs_and_what_made_them()
    {
        var report = _experiment.Fit(Experiment.Options with { Seed = 5 }, new FreezeBackbone(), new CosineDecay(0.1));
        var json = Saved(report);

        var evaluation = report.Evaluation!.Classification!;
        json.GetProperty("accuracy").GetDouble().Should().Be(evaluation.Accuracy).And.BeInRange(0, 1);
        json.GetProperty("accuracyInterval").EnumerateArray().Select(end => end.GetDouble()).Should().Equal(evaluation.AccuracyInterval);
        json.GetProperty("macroF1").GetDouble().Should().Be(evaluation.MacroF1);
        Names(json.GetProperty("classes")[0]).Should().Equal("name", "precision", "recall", "f1", "support");
        json.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("name").GetString()).Should().Equal(Experiment.Classes);
        json.GetProperty("confusion").EnumerateArray().SelectMany(row => row.EnumerateArray()).Sum(count => count.GetInt32()).Should()
            .Be(12);

        json.GetProperty("epochs").GetArrayLength().Should().Be(3);
        var last = json.GetProperty("epochs")[2];
        Names(last).Should().Equal("epoch", "trainLoss", "validationLoss", "accuracy", "macroF1", "learningRate", "seconds");
        last.GetProperty("epoch").GetInt32().Should().Be(3, "people count from 1");
        last.GetProperty("trainLoss").GetDouble().Should().Be(report.Epochs[2].TrainLoss);
        last.GetProperty("learningRate").GetDouble().Should().BeApproximately(0.05 * new CosineDecay(0.1).Factor(8, 9, 3), 1e-12);

        json.GetProperty("seconds").GetDouble().Should().BePositive();
        json.GetProperty("backbone").GetString().Should().Be("small");
        json.GetProperty("strategies").EnumerateArray().Select(s => s.GetString()).Should()
            .Equal("freeze backbone", "cosine decay, warm-up 0.1");
        json.GetProperty("seed").GetInt64().Should().Be(5);
        Names(json.GetProperty("versions")).Should().Equal("transferLearning", "torchSharp", "libtorch", "dotnet");
        json.GetProperty("optimizer").GetString().Should().Contain("LearningRate = 0.05").And.Contain("Momentum = 0.9");
    }

    [Fact]
    public void Without_a_validation_set_there_are_no_measures()
    {
        var report = new Trainer(Experiment.Options).Fit(_experiment.Model, _experiment.Train);
        report.Accuracy.Should().Be(double.NaN);
        var json = Saved(report);
        json.TryGetProperty("accuracy", out _).Should().BeFalse();
        Names(json.GetProperty("epochs")[0]).Should().Equal("epoch", "trainLoss", "learningRate", "seconds");
    }

    [Fact]
    public void A_loss_that_is_no_number_can_be_saved()
    {
        var report = new Trainer(Experiment.Options).Fit(_experiment.Model, _experiment.Train);
        var json = Saved(report with { Epochs = [report.Epochs[0] with { TrainLoss = double.NaN }] });
        json.GetProperty("epochs")[0].GetProperty("trainLoss").GetString().Should().Be("NaN");
    }

    [Fact]
    public void A_saved_report_is_read_again_in_every_field()
    {
        // Its weights are the experiment's, which disposes them.
        var named = new ModuleBackbone("named", _experiment.Backbone.Module, 12, _experiment.Backbone.LayerGroups)
        {
            Info = new BackboneInfo("named", 12) { Weights = new("a.pth", new string('f', 64), "MIT") },
        };
        using var model = named.WithHead(new LinearHead(Experiment.Classes) { Metrics = [new ClassificationMetric(), new OwnError()] });
        var report = new Trainer(
            Experiment.Options with { Seed = 5, Monitor = "own error" }, new FreezeBackbone()).Fit(
                model, _experiment.Train, _experiment.Validation)
            with { Warnings = ["look"], StopReason = "enough" };
        report = report with { Stages = [report, report with { Epochs = [], Evaluation = null, Weights = null }] };
        report.Save(_folder.File("report.json"));

        var again = TrainingReport.Load(_folder.File("report.json"));
        again.Should().BeEquivalentTo(
            report,
            options => options.Excluding(
                member => member.Path.Contains("Epochs") && (member.Path.EndsWith("Results") || member.Path.EndsWith("Classification")))
            .WithStrictOrdering().ComparingByMembers<TrainingReport>().ComparingByMembers<EpochReport>().ComparingByMembers<Evaluation>());
        again.BestEpoch.Should().Be(report.BestEpoch)
            .And.Be(3, "the error falls by one an epoch: the first would be the best if more were better");
        again.Save(_folder.File("again.json"));
        File.ReadAllText(_folder.File("again.json")).Should().Be(File.ReadAllText(_folder.File("report.json")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"backbone\": \"small\"}")]
    public void What_is_no_report_is_refused(string json)
    {
        File.WriteAllText(_folder.File("report.json"), json);
        FluentActions.Invoking(() => TrainingReport.Load(_folder.File("report.json"))).Should().Throw<FormatException>()
            .WithMessage("*report.json*");
    }

    [Fact]
    public void Printed_it_is_a_table_with_the_interval_the_loss_and_the_warnings()
    {
        using var _ = new UnderCulture("de-DE");
        var report = _experiment.Fit(Experiment.Options, new FreezeBackbone()) with { Warnings = ["few images"] };
        var (lines, measured) = (report.ToString().Split(Environment.NewLine), report.Classification!);
        lines[..3].Should().Equal(
            "Warning: few images", "small, linear head, 24 examples to learn from, 12 to measure by.", "  freeze backbone");
        lines[3].Should().Be("class  precision  recall     F1  examples");
        lines[4].Should().Be(
            FormattableString.Invariant($"a      {measured.Classes[0].Precision,9:F3}  {measured.Classes[0].Recall,6:F3}  {measured.Classes[0].F1,5:F3}         3"));
        lines[8].Should().StartWith(
            FormattableString.Invariant($"Accuracy {measured.Accuracy:F3} (95 % interval {measured.AccuracyInterval[0]:F3} to {measured.AccuracyInterval[1]:F3}), macro F1 "));
        lines[9].Should().Be("The weights are those of epoch 3 of 3; all epochs done.");
    }

    [Fact]
    public void Of_many_classes_the_worst_are_printed()
    {
        string[] classes = [.. Enumerable.Range(0, 1000).Select(i => $"c{i:D3}")];
        Dictionary<(int, int), int> counts = Enumerable.Range(0, 100).ToDictionary(i => (i, i < 30 ? i + 1 : i), _ => 2);
        var evaluation = new Evaluation
        {
            Count = 200, Loss = 1, Results = [ClassificationResult.Of(new ConfusionMatrix(1000, counts), classes)]
        };
        var text = (_experiment.Fit() with { Evaluation = evaluation }).ToString();
        text.Split(Environment.NewLine).Count(line => line.StartsWith('c') && !line.StartsWith("class", StringComparison.Ordinal)).Should()
            .Be(20);
        text.Should().Contain("c000").And.NotContain("c031").And.NotContain("c500")
            .And.Contain("These are the 20 of 1000 classes with the lowest F1 among those that occur");
    }

    private JsonElement Saved(TrainingReport report)
    {
        var path = _folder.File("runs/1/report.json");
        report.Save(path);
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    /// <summary>An error that falls by one an epoch.</summary>
    private sealed class OwnError : IMetric
    {
        private double _next;

        public string Kind => "own";

        public IMetricState Start(IReadOnlyList<string> labels) => new State(this);

        private sealed class State(OwnError owner) : IMetricState
        {
            private bool _isEmpty = true;

            public void Add(TensorSet output, TensorSet target) => _isEmpty = false;

            public MetricResult Compute() =>
                new NumbersResult(
                    "own", new MetricValue("own error", _isEmpty ? double.NaN : owner._next--, LowerIsBetter: true), new MetricValue("own score", 7));
        }
    }
}
