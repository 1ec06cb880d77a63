using Spectre.Console;

namespace TransferLearning.Tool.Terminal;

/// <summary>A live bar for the phase that is running, and a line for every epoch that has ended; in a log the lines alone.</summary>
internal sealed class LiveProgress(ProgressTask? bar) : IProgress<TrainingProgress>
{
    public static T Show<T>(string start, Func<IProgress<TrainingProgress>, T> work) => Console.IsOutputRedirected
        ? work(new LiveProgress(null))
        : AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new LiveProgress(context.AddTask(start))));

    public void Report(TrainingProgress now)
    {
        var place = $"Epoch {now.Epoch} of {now.Epochs}";
        if (now.Completed is { } epoch) AnsiConsole.WriteLine(Line(place, epoch));
        if (bar is null || now.Completed is not null) return;
        bar.Description = now.Phase switch
        {
            TrainingPhase.CachingFeatures => "Computing features, once",
            TrainingPhase.Training => FormattableString.Invariant($"{place}, loss {now.Loss:F4}"),
            _ => $"{place}, validating",
        };
        bar.MaxValue = Math.Max(1, now.Batches);
        bar.Value = now.Batch;
    }

    private static string Line(string place, EpochReport epoch)
    {
        var measured = epoch.Evaluation is not { } evaluation ? ""
            : FormattableString.Invariant($", validation loss {evaluation.Loss:F4}")
                + (double.IsNaN(evaluation.Accuracy) ? "" : FormattableString.Invariant($", accuracy {evaluation.Accuracy:P1}"));
        return FormattableString.Invariant($"{place}: training loss {epoch.TrainLoss:F4}{measured}, {epoch.Seconds:F2} s");
    }
}
