using Microsoft.Extensions.Logging;

namespace TransferLearning;

internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Information, "Epoch {Epoch} of {Epochs}: training loss {TrainLoss:F4}, validation loss {ValidationLoss:F4}, score {Score:F4}, {Seconds:F2} s")]
    public static partial void EpochCompleted(
        this ILogger logger, int epoch, int epochs, double trainLoss, double? validationLoss, double? score, double seconds);

    [LoggerMessage(2, LogLevel.Information, "Features of {Examples} {Data} examples after '{Stage}' are kept: {Bytes} bytes, computed in {Seconds:F2} s")]
    public static partial void FeaturesCached(this ILogger logger, int examples, string data, string stage, long bytes, double seconds);

    [LoggerMessage(4, LogLevel.Information, "Checkpoint '{Path}': epoch {Epoch}, step {Step}, written in {Seconds:F2} s")]
    public static partial void CheckpointWritten(this ILogger logger, string path, int epoch, int step, double seconds);

    [LoggerMessage(5, LogLevel.Information, "Going on from '{Path}': epoch {Epoch}, step {Step}")]
    public static partial void Resumed(this ILogger logger, string path, int epoch, int step);

    [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
    public static partial void Warn(this ILogger logger, string warning);
}
