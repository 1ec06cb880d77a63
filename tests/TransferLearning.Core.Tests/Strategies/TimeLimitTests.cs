using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Strategies;

[NoTensorLeaks(MakesModels = true)]
public sealed class TimeLimitTests
{
    [Fact]
    public void A_run_whose_time_is_over_ends_with_the_step_and_is_measured_as_it_stands()
    {
        using var experiment = new Experiment();

        var report = experiment.Fit(null, new TimeLimit(TimeSpan.FromTicks(1)));

        experiment.Progress.Steps.Should().ContainSingle("the first step is over the time");
        report.Epochs.Should().ContainSingle().Which.Evaluation.Should().NotBeNull();
        report.StopReason.Should().EndWith("s are over");
        new Trainer(Experiment.Options).Evaluate(experiment.Model, experiment.Validation).Loss.Should().Be(report.Evaluation!.Loss);
    }

    [Fact]
    public void A_run_that_was_stopped_is_complete_and_goes_on_nowhere()
    {
        using var folder = new TemporaryFolder();
        var options = Experiment.Options with
        {
            Checkpoints = new CheckpointOptions(folder.Path) { Resume = true, Interval = TimeSpan.Zero }
        };
        using var first = new Experiment();
        using var second = new Experiment();

        var before = first.Fit(options, new TimeLimit(TimeSpan.FromTicks(1)));
        var after = second.Fit(options, new TimeLimit(TimeSpan.FromTicks(1)));

        second.Progress.Steps.Should().BeEmpty();
        second.State().Should().BeEquivalentTo(first.State());
        after.Evaluation!.Loss.Should().Be(before.Evaluation!.Loss);
    }

    [Fact]
    public void There_is_time_above_zero() =>
        FluentActions.Invoking(() => new TimeLimit(TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
}
