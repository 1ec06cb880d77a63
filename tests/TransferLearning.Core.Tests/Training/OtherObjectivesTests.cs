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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_are_learnt(bool oneDimensional)
    {
        using var targets = Kept(() => oneDimensional ? _values.select(1, 0) * 3 + 1 : (_values.narrow(1, 0, 1) * 3 + 1).contiguous());
        var (train, validation) = TensorDataset.WithTargets(_values, targets, ["price"]).Split(0.75, seed: 1);
        using var model = _backbone.WithHead(new LinearHead(["price"], objective: new Regression()));

        var report = new Trainer(Options, new FreezeBackbone(), new EarlyStopping(60, monitor: MonitoredValue.Score)).Fit(model, train, validation);

        var evaluation = (RegressionEvaluation)report.Evaluation!;
        evaluation.R2.Should().BeGreaterThan(0.99);
        (report.Objective, report.Accuracy, report.Warnings.Count).Should().Be(("mean squared error", double.NaN, 0));
        var json = Saved(report);
        json.GetProperty("r2").GetDouble().Should().Be(evaluation.R2);
        json.GetProperty("epochs")[0].TryGetProperty("accuracy", out _).Should().BeFalse();
        json.GetProperty("epochs")[0].GetProperty("score").GetDouble().Should().Be(report.Epochs[0].Evaluation!.Score);

        using var predictor = Reloaded(model);
        using var asked = new TensorSet(tensor([0.5f, 0, 0, 0, 0], [1, 5]));
        predictor.Score(asked).Should().ContainSingle().Which[0].Should().BeApproximately(2.5f, 0.2f);
        var predict = () => predictor.Predict(asked);
        predict.Should().Throw<NotSupportedException>().WithMessage("*Predictor.Score*");
    }

    [Fact]
    public void Labels_are_learnt_each_on_its_own()
    {
        using var targets = Kept(() => (_values.narrow(1, 0, 3) > 0).to_type(ScalarType.Float32));
        var data = TensorDataset.WithTargets(_values, targets, ["a", "b", "c"]);
        using var model = _backbone.WithHead(new LinearHead(["a", "b", "c"], objective: new MultiLabel()));

        var report = new Trainer(Options, new FreezeBackbone()).Fit(model, data, data);

        var evaluation = (MultiLabelEvaluation)report.Evaluation!;
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
        using var targets = zeros(40, 3);
        var numbers = TensorDataset.WithTargets(_values, targets);
        var classes = new TensorDataset(_values, [.. Enumerable.Range(0, 40).Select(i => i % 3)], ["a", "b", "c"]);
        using var classifier = _backbone.WithHead(new LinearHead(["a", "b", "c"]));
        using var labeller = _backbone.WithHead(new LinearHead(["a", "b", "c"], objective: new MultiLabel()));

        Refuses(classifier, numbers, "*Class indices must be int64 of shape [N]; got Float32 of shape [*, 3]*");
        Refuses(labeller, classes, "*Targets of several labels must be float32 of shape [N, 3]; got Int64*");
        Refuses(labeller, TensorDataset.WithTargets(_values, targets, ["a", "c", "b"]), "*classes are not the model's*");
    }

    /// <summary>The result of a formula, without the tensors on the way.</summary>
    private static Tensor Kept(Func<Tensor> formula)
    {
        using var scope = NewDisposeScope();
        return formula().MoveToOuterDisposeScope();
    }

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
