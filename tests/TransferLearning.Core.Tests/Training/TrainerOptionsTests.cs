using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class TrainerOptionsTests
{
    [Fact]
    public void The_learning_rate_is_that_of_the_default_optimizer()
    {
        new TrainerOptions().Optimizer.Should().Be(new AdamW(1e-3, 0.01));
        new TrainerOptions { LearningRate = 0.02 }.Optimizer.Should().Be(new AdamW(0.02, 0.01));
        (new TrainerOptions { LearningRate = 0.02 } with { LearningRate = null, Optimizer = new Sgd(0.5) }).Optimizer.Should()
            .Be(new Sgd(0.5));

        using var experiment = new Experiment();
        var report = new Trainer(
            new TrainerOptions { Epochs = 1, LearningRate = 0.02, Device = TorchSharp.torch.CPU }).Fit(experiment.Model, experiment.Train);
        report.Epochs[0].LearningRate.Should().Be(0.02);
        report.Optimizer.Should().Contain("LearningRate = 0.02");
    }

    [Fact]
    public void Two_rates_are_refused()
    {
        using var _ = new UnderCulture("de-DE");
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(new TrainerOptions { LearningRate = 0.02, Optimizer = new Sgd(0.5) }))
            .Should().Throw<ArgumentException>().WithMessage("LearningRate is 0.02, and the Optimizer has its own, 0.5: give one of both.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_none_is_refused(double rate)
    {
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(new TrainerOptions { LearningRate = rate })).Should().Throw<ArgumentException>()
            .WithMessage("LearningRate is *; it is a finite number above 0.");
    }

    [Fact]
    public void Null_is_no_optimizer_and_no_clock()
    {
        FluentActions.Invoking(() => new TrainerOptions { Optimizer = null! }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new TrainerOptions { TimeProvider = null! }).Should().Throw<ArgumentNullException>();
    }
}
