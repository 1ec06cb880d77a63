using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class MultiTaskHeadTests : IDisposable
{
    private static readonly MultiTaskHead Head = new(
        new LinearHead(Experiment.Classes), ("brightness", new AttentionHead(["x"], objective: new Regression()), 0.5));

    private readonly Experiment _experiment = new(head: Head);

    private TensorDataset Both(IReadOnlyList<string>? values = null) => new(_experiment.Images, new MultiTaskTargets(
        Targets.Classes([.. Enumerable.Range(0, 36).Select(i => i % 4)], Experiment.Classes),
        ("brightness", Targets.Values([.. Enumerable.Range(0, 36).Select(i => (float[])[i % 4 / 3f])], values ?? ["x"]))));

    public void Dispose() => _experiment.Dispose();

    [Fact]
    [NoTensorLeaks]
    public void Both_tasks_are_learnt_and_measured_under_their_names()
    {
        var report = new Trainer(Experiment.Options with { Epochs = 60, Optimizer = new AdamW(1e-2) }).Fit(_experiment.Model, Both(), Both());
        report.Accuracy.Should().BeGreaterThan(0.8);
        report.Evaluation!["brightness.r2"].Should().BeGreaterThan(0.8);
        report.Evaluation.Values.Select(value => value.Name).Should().Contain(["accuracy", "brightness.meanAbsoluteError", "loss"]);
    }

    [Fact]
    [NoTensorLeaks]
    public void Kept_features_give_what_computed_ones_give()
    {
        var options = Experiment.Options with { Epochs = 2 };
        var kept = new Trainer(options, new FreezeBackbone()).Fit(_experiment.Model, Both());
        kept.FeatureCaches.Should().NotBeEmpty();
        kept.Epochs[1].TrainLoss.Should().BeLessThan(kept.Epochs[0].TrainLoss);
    }

    [Fact]
    public void The_loss_is_the_weighted_sum()
    {
        using var scope = NewDisposeScope();
        var output = new TensorSet(tensor([0f, 0, 0, 0], [1, 4])).With("brightness", tensor([3f], [1, 1]));
        var target = new TensorSet(tensor([1L])).With("brightness", tensor([1f], [1, 1]));
        Head.Objective.Loss(output, target).item<float>().Should().BeApproximately(MathF.Log(4) + 0.5f * 4, 1e-5f);
    }

    [Fact]
    public void Targets_of_other_tasks_or_names_are_refused()
    {
        Refuses(_experiment.Train, "The head of the task 'brightness' has [x]*MultiTaskTargets*");
        Refuses(Both(["y"]), "The head of the task 'brightness' has [x]*same names*");

        void Refuses(TensorDataset data, string message) =>
            new Trainer(Experiment.Options).Invoking(trainer => trainer.Fit(_experiment.Model, data)).Should().Throw<ArgumentException>()
                .WithMessage(message);
    }

    [Theory]
    [InlineData("values", 1, "'values' cannot name a task*")]
    [InlineData("a.b", 1, "'a.b' cannot name a task*")]
    [InlineData("a", 0, "The weight of the task 'a' is 0*")]
    public void A_task_that_cannot_be_is_named(string name, double weight, string message)
    {
        var create = () => new MultiTaskHead(new LinearHead(["a", "b"]), (name, new LinearHead(["c", "d"]), weight));
        create.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void One_task_alone_is_none_of_several()
    {
        var create = () => new MultiTaskHead(new LinearHead(["a", "b"]));
        create.Should().Throw<ArgumentException>().WithMessage("There is one task alone*");
    }
}
