using Spectre.Console;
using TransferLearning;

namespace TextClassification;

/// <summary>A live bar for the phase that is running, and a line for every epoch that has ended.</summary>
internal sealed class Progress(ProgressContext context) : IProgress<TrainingProgress>
{
    private readonly ProgressTask _bar = context.AddTask("Starting");

    public static T Show<T>(Func<IProgress<TrainingProgress>, T> work) => AnsiConsole.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context => work(new Progress(context)));

    public void Report(TrainingProgress now)
    {
        var place = $"Epoch {now.Epoch} of {now.Epochs}";
        if (now.Completed is { } epoch)
        {
            AnsiConsole.WriteLine(FormattableString.Invariant(
                $"{place}: training loss {epoch.TrainLoss:F4}, validation loss {epoch.Evaluation?.Loss:F4}, accuracy {epoch.Evaluation?.Accuracy:P1}, {epoch.Seconds:F2} s"));
            return;
        }
        _bar.Description = now.Phase switch
        {
            TrainingPhase.CachingFeatures => "Computing features, once",
            TrainingPhase.Training => FormattableString.Invariant($"{place}, loss {now.Loss:F4}"),
            _ => $"{place}, validating",
        };
        _bar.MaxValue = now.Batches;
        _bar.Value = now.Batch;
    }
}
