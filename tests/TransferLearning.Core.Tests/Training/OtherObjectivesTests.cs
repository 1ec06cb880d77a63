using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>Whole runs whose targets are no classes: training, early stopping, report, artefact, prediction.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class OtherObjectivesTests : IDisposable
{
    private static readonly TrainerOptions Options = new() { Epochs = 60, BatchSize = 8, Optimizer = new AdamW(0.05), Device = CPU };

    private readonly TemporaryFolder _folder = new();
    private readonly Tensor _values = Formula.Input("values", [40, 5], -1, 1);
    private readonly ModuleBackbone _backbone = new("features", nn.Identity(), 5);

    public void Dispose()
    {
        _backbone.Dispose();
        _values.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Values_are_learnt()
    {
        var targets = Targets.Values(Rows().Select(row => new[] { row[0] * 3 + 1 }), ["price"]);
        var (train, validation) = new TensorDataset(_values, targets).Split(0.75, seed: 1);
        using var model = _backbone.WithHead(new LinearHead(["price"], objective: new Regression()));

        var report = new Trainer(Options, new FreezeBackbone(), new EarlyStopping(60, monitor: "r2")).Fit(model, train, validation);

        var evaluation = report.Evaluation!.Result<RegressionResult>()!;
        evaluation.R2.Should().BeGreaterThan(0.99);
        (report.Objective, report.Accuracy, report.Warnings.Count).Should().Be(("mean squared error", double.NaN, 0));
        var json = Saved(report);
        json.GetProperty("r2").GetDouble().Should().Be(evaluation.R2);
        json.GetProperty("epochs")[0].TryGetProperty("accuracy", out _).Should().BeFalse();
        json.GetProperty("epochs")[0].GetProperty("r2").GetDouble().Should().Be(report.Epochs[0].Evaluation!["r2"]);
        json.GetProperty("monitor").GetString().Should().Be("r2");

        using var predictor = Reloaded(model);
        using var asked = new TensorSet(tensor([0.5f, 0, 0, 0, 0], [1, 5]));
        predictor.Score(asked).Should().ContainSingle().Which[0].Should().BeApproximately(2.5f, 0.2f);
        var predict = () => predictor.Predict(asked);
        predict.Should().Throw<NotSupportedException>().WithMessage("*Predictor.Score*");
    }

    [Fact]
    public void Labels_are_learnt_each_on_its_own()
    {
        string[] labels = ["a", "b", "c"];
        var data = new TensorDataset(_values, Targets.Labels(Rows().Select(row => labels.Where((_, i) => row[i] > 0).ToArray()), labels));
        using var model = _backbone.WithHead(new LinearHead(["a", "b", "c"], objective: new MultiLabel()));

        var report = new Trainer(Options, new FreezeBackbone()).Fit(model, data, data);

        var evaluation = report.Evaluation!.Result<MultiLabelResult>()!;
        evaluation.MicroF1.Should().BeGreaterThan(0.95);
        evaluation.MeanAveragePrecision.Should().BeGreaterThan(0.95);
        Saved(report).GetProperty("classes").GetArrayLength().Should().Be(3);

        using var predictor = Reloaded(model);
        using var asked = new TensorSet(tensor([0.9f, -0.9f, 0.8f, 0, 0], [1, 5]));
        var answer = predictor.Predict(asked)[0];
        answer.Predictions.ToDictionary(prediction => prediction.Label, prediction => prediction.Probability > 0.5)
            .Should().BeEquivalentTo(new Dictionary<string, bool> { ["a"] = true, ["b"] = false, ["c"] = true });
        answer.Predictions.Sum(prediction => prediction.Probability).Should().BeGreaterThan(1.5, "each stands for itself");
    }

    [Fact]
    public void Targets_of_another_kind_are_named()
    {
        string[] labels = ["a", "b", "c"];
        var numbers = new TensorDataset(_values, Targets.Values(Rows().Select(row => row[..3]), labels));
        var classes = new TensorDataset(_values, [.. Enumerable.Range(0, 40).Select(i => i % 3)], ["a", "b", "c"]);
        using var classifier = _backbone.WithHead(new LinearHead(["a", "b", "c"]));
        using var regression = _backbone.WithHead(new LinearHead(["a", "b", "c"], objective: new Regression()));
        using var labeller = _backbone.WithHead(new LinearHead(["a", "b", "c"], objective: new MultiLabel()));

        Refuses(classifier, numbers, "*A soft target is *; a probability is from 0 to 1*");
        Refuses(regression, classes, "*Targets of a regression must be float32 of shape [N, 3]; got Int64*");
        Refuses(labeller, classes, "*Targets of several labels must be float32 of shape [N, 3]; got Int64*");
        Refuses(
            labeller, new TensorDataset(_values, Targets.Labels(Rows().Select(_ => labels), ["a", "c", "b"])), "*classes are not the model's*");
    }

    private IEnumerable<float[]> Rows() => _values.data<float>().ToArray().Chunk(5);

    private static void Refuses(TransferModel model, IDataset data, string message)
    {
        var fit = () => new Trainer(Options).Fit(model, data);
        fit.Should().Throw<ArgumentException>().WithMessage(message);
    }

    private Predictor Reloaded(TransferModel model)
    {
        model.Save(_folder.File("model.safetensors"));
        using var artefact = ModelArtefact.Open(_folder.File("model.safetensors"));
        return new Predictor(artefact.Restore(new ModuleBackbone("features", nn.Identity(), 5)), CPU);
    }

    private JsonElement Saved(TrainingReport report)
    {
        report.Save(_folder.File("report.json"));
        return JsonDocument.Parse(File.ReadAllBytes(_folder.File("report.json"))).RootElement;
    }
}
