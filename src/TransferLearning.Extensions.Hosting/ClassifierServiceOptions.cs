using static TorchSharp.torch;

namespace TransferLearning.Extensions.Hosting;

/// <summary>How a classifier serves.</summary>
public sealed record ClassifierServiceOptions
{
    /// <summary>
    /// How many waiting requests are computed at once, 1 to 1024. Default 16. A request that finds none computing is computed alone and
    /// at once; what
    /// comes meanwhile waits, and makes the next batch.
    /// </summary>
    public int MaxBatch { get; init => field = InRange(value, 1, 1024, nameof(MaxBatch)); } = 16;

    /// <summary>
    /// How many requests are in the service at once, 1 to 1,000,000; further ones get a <see cref="ClassifierUnavailableException"/> at
    /// once. Default 256.
    /// </summary>
    public int QueueLimit { get; init => field = InRange(value, 1, 1_000_000, nameof(QueueLimit)); } = 256;

    /// <summary>
    /// How long a request waits to be computed before it gets a <see cref="ClassifierUnavailableException"/>. Default 30 seconds.
    /// </summary>
    public TimeSpan MaxWait { get; init => field = Positive(value, nameof(MaxWait)); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Loads the model when the host starts, which does not start without it (default). Else the first request loads it; that is also so
    /// where no host
    /// starts the service.
    /// </summary>
    public bool LoadAtStart { get; init; } = true;

    /// <summary>Loads the model anew when its file changes. Default true.</summary>
    public bool Reload { get; init; } = true;

    /// <summary>
    /// How often the file is looked at, beside what its file system reports: some, such as those of a network, report nothing. Default 5
    /// seconds.
    /// </summary>
    public TimeSpan PollInterval { get; init => field = Positive(value, nameof(PollInterval)); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a changed file must stay as it is before it is read. Default half a second.</summary>
    public TimeSpan SettleTime { get; init => field = Positive(value, nameof(SettleTime)); } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Largest number of pixels of an image, at least 1, where the model does not set less itself. Default 50,000,000, which takes 350 MB
    /// to decode; as many
    /// images are decoded at once as the machine has processors.
    /// </summary>
    public long MaxPixels
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxPixels), value, "MaxPixels must be at least 1.");
    } = 50_000_000;

    /// <summary>
    /// Number of threads that torch computes with, 1 to 1024. It is one number for the whole process. Default null: torch's own choice,
    /// the processors.
    /// </summary>
    public int? Threads { get; init => field = value is { } count ? InRange(count, 1, 1024, nameof(Threads)) : null; }

    /// <summary>Where to predict; null (default): the first CUDA device where there is one, else the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>
    /// What the model may be made of, where head, objective or metric are of a kind of your own; null (default): the kinds of this
    /// library.
    /// </summary>
    public Kinds? Kinds { get; init; }

    private static int InRange(int value, int least, int most, string name) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least} to {most}.");

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value < TimeSpan.FromDays(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero and below a day.");
}
