using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Probing;

[NoTensorLeaks(MakesModels = true)]
public sealed class PrototypeFitTests
{
    private static readonly string[] Classes = ["a", "b", "c", "d"];
    private static readonly TrainerOptions OnCpu = new() { Device = CPU, BatchSize = 7 };

    [Theory]
    [InlineData(PrototypeDistance.Cosine, "prototype-cosine", 10)]
    [InlineData(PrototypeDistance.Euclidean, "nearest-mean", 1)]
    public void Scores_are_the_references(PrototypeDistance distance, string golden, float scale)
    {
        using var scope = NewDisposeScope();
        using var backbone = new ModuleBackbone("features", nn.Identity(), 16);
        using var model = backbone.WithHead(new PrototypeHead(Classes, distance));
        var train = new TensorDataset(FewShot.Train().to_type(ScalarType.Float32), FewShot.TrainLabels, Classes);
        var test = new TensorDataset(FewShot.Test().to_type(ScalarType.Float32), FewShot.TestLabels, Classes);

        var report = new PrototypeFit(OnCpu).Fit(model, train, test);

        var logits = model.Forward(FewShot.Test().to_type(ScalarType.Float32)).Values;
        (logits / scale).Should().BeWithin(1e-5, FewShot.Golden.Tensor(golden));
        report.Accuracy.Should().BeApproximately(FewShot.Output(golden).GetProperty("accuracy on test").GetDouble(), 1e-9);
        report.Strategies.Should().Equal($"class means, {distance.ToString().ToLowerInvariant()} distance");
        report.Head.Should().Be("prototype");
    }

    [Fact]
    public void A_class_without_examples_and_another_head_are_named()
    {
        using var experiment = new Experiment();
        using var model = experiment.Backbone.WithHead(new PrototypeHead(Classes));
        Refuses(
            () => new PrototypeFit(OnCpu).Fit(model, experiment.Train.Subset([0, 1, 2])), "*no example of 'd'*a prototype is the mean*");
        Refuses(() => new PrototypeFit(OnCpu).Fit(experiment.Model, experiment.Train), "*for a PrototypeHead*head of kind 'linear'*");
        Refuses(() => new LinearProbe().Fit(model, experiment.Train), "*fits a LinearHead*head of kind 'prototype'*");
    }

    private static void Refuses(Action action, string message) => action.Should().Throw<ArgumentException>().WithMessage(message);
}
