using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class FitAsyncTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_trains_to_the_same_bytes_on_a_thread_of_its_own_and_tells_how_far_it_is()
    {
        using var beside = new Experiment();
        beside.Fit();
        List<(int Thread, bool IsOfPool)> threads = [];
        var strategy = new Hook
        {
            OnStepDone = _ => threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread))
        };

        var report = await new Trainer(Experiment.Options, strategy).FitAsync(
            _experiment.Model, _experiment.Train, _experiment.Validation, _experiment.Progress);

        report.Epochs.Should().HaveCount(3);
        _experiment.State().Should().BeEquivalentTo(beside.State());
        _experiment.Progress.Entries.Should().NotBeEmpty();
        threads.Distinct().Should().ContainSingle().Which.IsOfPool.Should().BeFalse();
    }

    [Fact]
    public async Task A_cancelled_run_is_a_cancelled_task_that_says_how_to_go_on()
    {
        using var cancellation = new CancellationTokenSource();
        var trainer = new Trainer(
            Experiment.Options with { Checkpoints = new(_folder.File("run")) }, new Hook { OnStepDone = step => { if (step.Session.Step == 4) cancellation.Cancel(); } });
        var run = trainer.FitAsync(_experiment.Model, _experiment.Train, cancellationToken: cancellation.Token);
        (await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>()).WithMessage(
            "The run was stopped in epoch 2, after 4 steps.*resume to go on.");
        run.IsCanceled.Should().BeTrue();
    }

    [Fact]
    public async Task What_goes_wrong_comes_through_as_it_is()
    {
        var diverged = new Trainer(Experiment.Options with { Optimizer = new Sgd(1e30) }).FitAsync(_experiment.Model, _experiment.Train);
        await diverged.Awaiting(task => task).Should().ThrowAsync<TrainingDivergedException>();
        var refused = new Trainer(Experiment.Options with { Epochs = 0 }).FitAsync(_experiment.Model, _experiment.Train);
        (await refused.Awaiting(task => task).Should().ThrowAsync<ArgumentException>()).WithMessage("*Epochs is 0*");
    }

    [Fact]
    public async Task A_recipe_does_it_too()
    {
        var recipe = new Recipe
        {
            Method = FineTuneMethod.Full, Reason = "to try it", Head = targets => new LinearHead(targets.Names),
                Options = Experiment.Options, Stages = [new TrainingStage("all", 1, new Sgd(0.01))],
        };
        (await recipe.FitAsync(_experiment.Model, _experiment.Train)).Epochs.Should().ContainSingle();
    }
}
