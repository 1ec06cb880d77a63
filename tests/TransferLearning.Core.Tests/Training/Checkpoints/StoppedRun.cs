namespace TransferLearning.Tests.Training;

/// <summary>Runs that are cancelled at a certain point.</summary>
internal static class StoppedRun
{
    /// <summary>Makes one step more than the checkpoints have; false where that was not the end.</summary>
    public static bool StopsAfterAStep(this Experiment experiment, TrainerOptions options, IFineTuneStrategy[] strategies, out TrainingReport? report)
    {
        try
        {
            report = experiment.FitUntil(options, strategies, now => now.Phase == TrainingPhase.Training);
            return true;
        }
        catch (OperationCanceledException)
        {
            report = null;
            return false;
        }
    }

    public static OperationCanceledException Stop(this Experiment experiment, TrainerOptions options, int step)
    {
        var steps = 0;
        return experiment.Invoking(e => e.FitUntil(options, [], now => now.Phase == TrainingPhase.Training && ++steps == step))
            .Should().Throw<OperationCanceledException>().Which;
    }

    public static TrainingReport FitUntil(this Experiment experiment, TrainerOptions options, IFineTuneStrategy[] strategies, Predicate<TrainingProgress> isLast)
    {
        using var stop = new CancellationTokenSource();
        return new Trainer(options, strategies).Fit(
            experiment.Model, experiment.Train, experiment.Validation, new StopAfter(isLast, stop), stop.Token);
    }

    private sealed class StopAfter(Predicate<TrainingProgress> isLast, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress now)
        {
            if (isLast(now)) stop.Cancel();
        }
    }
}
