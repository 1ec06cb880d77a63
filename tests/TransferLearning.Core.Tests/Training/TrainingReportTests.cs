using TransferLearning.TestKit;
using System.Text.Json;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks]
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
        json.GetProperty("confusion").EnumerateArray().SelectMany(row => row.EnumerateArray()).Sum(count => count.GetInt32()).Should().Be(12);

        json.GetProperty("epochs").GetArrayLength().Should().Be(3);
        var last = json.GetProperty("epochs")[2];
        Names(last).Should().Equal("epoch", "trainLoss", "validationLoss", "accuracy", "macroF1", "learningRate", "seconds");
        last.GetProperty("epoch").GetInt32().Should().Be(3, "people count from 1");
        last.GetProperty("trainLoss").GetDouble().Should().Be(report.Epochs[2].TrainLoss);
        last.GetProperty("learningRate").GetDouble().Should().BeApproximately(0.05 * new CosineDecay(0.1).Factor(8, 9, 3), 1e-12);

        json.GetProperty("seconds").GetDouble().Should().BePositive();
        json.GetProperty("backbone").GetString().Should().Be("small");
        json.GetProperty("strategies").EnumerateArray().Select(s => s.GetString()).Should().Equal("freeze backbone", "cosine decay, warm-up 0.1");
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

    private JsonElement Saved(TrainingReport report)
    {
        var path = _folder.File("runs/1/report.json");
        report.Save(path);
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
