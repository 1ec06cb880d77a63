using Microsoft.Extensions.Logging;

namespace TransferLearning.Extensions.Hosting;

internal static partial class ClassifierLog
{
    [LoggerMessage(1, LogLevel.Information, "The {Classifier} serves '{Path}' with {Classes} classes, loaded in {Seconds:F2} s")]
    public static partial void Loaded(ILogger logger, string classifier, string path, int classes, double seconds);

    [LoggerMessage(2, LogLevel.Error, "The {Classifier} {Consequence}. {Reason}")]
    public static partial void Refused(ILogger logger, Exception error, string classifier, string consequence, string reason);

    [LoggerMessage(3, LogLevel.Information, "Changes of '{Path}' are not reported, so it is looked at from time to time alone: {Reason}")]
    public static partial void NotReported(ILogger logger, string path, string reason);
}
