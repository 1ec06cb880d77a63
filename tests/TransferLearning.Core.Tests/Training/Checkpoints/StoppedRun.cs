namespace TransferLearning.Tests.Training;

/// <summary>Runs that are cancelled at a certain point.</summary>
internal static class StoppedRun
{
    /// <summary>Makes one step more than the checkpoints have; false where that was not the end.</summary>
    public static bool StopsAfterAStep(
        this Experiment experiment, TrainerOptions options, IFineTuneStrategy[] strategies, out TrainingReport? report) =>
        !experiment.Model.StopsAt(
            experiment.Train, experiment.Validation, options, strategies, now => now.Phase == TrainingPhase.Training, out report);

    public static OperationCanceledException Stop(this Experiment experiment, TrainerOptions options, int step)
    {
        var steps = 0;
        return experiment.Invoking(e => e.FitUntil(options, [], now => now.Phase == TrainingPhase.Training && ++steps == step))
            .Should().Throw<OperationCanceledException>().Which;
    }

    public static TrainingReport FitUntil(
        this Experiment experiment, TrainerOptions options, IFineTuneStrategy[] strategies, Predicate<TrainingProgress> isLast) =>
        experiment.Model.FitUntil(experiment.Train, experiment.Validation, options, strategies, isLast);

    /// <summary>Trains until the predicate holds; true where it held, false where the run came to its end before.</summary>
    public static bool StopsAt(
        this TransferModel model, IDataset train, IDataset? validation, TrainerOptions options, IFineTuneStrategy[] strategies, Predicate<TrainingProgress> isLast, out TrainingReport? report)
    {
        try
        {
            report = model.FitUntil(train, validation, options, strategies, isLast);
            return false;
        }
        catch (OperationCanceledException)
        {
            report = null;
            return true;
        }
    }

    private static TrainingReport FitUntil(
        this TransferModel model, IDataset train, IDataset? validation, TrainerOptions options, IFineTuneStrategy[] strategies, Predicate<TrainingProgress> isLast)
    {
        using var stop = new CancellationTokenSource();
        return new Trainer(options, strategies).Fit(model, train, validation, new StopAfter(isLast, stop), stop.Token);
    }

    private sealed class StopAfter(Predicate<TrainingProgress> isLast, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress now)
        {
            if (isLast(now)) stop.Cancel();
        }
    }
}
