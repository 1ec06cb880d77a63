using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Options of fine-tuning in one call, in every layer of the library alike. What is left open the layer chooses by the data, and says why.
/// </summary>
public sealed record FineTuneOptions
{
    /// <summary>How much is trained. Default: the amount of data decides.</summary>
    public FineTuneMethod Method { get; init; }

    /// <summary>Epochs of the last stage, at least 1; null (default): the recipe's.</summary>
    public int? Epochs { get; init; }

    /// <summary>Examples a batch; at least 1. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Seed of everything random: the split, order, augmentation, dropout. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Share of the examples to measure by, where no validation set is given; in (0, 1). Default 0.2.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Where to train; null (default): the first CUDA device where there is one, else the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Threads that prepare batches ahead; 0: on the training thread. Default 2.</summary>
    public int LoaderThreads { get; init; } = 2;

    /// <summary>Where the run saves its state and goes on from it; null (default): nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Receives a line for each epoch, cache and warning. Default: none.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told how far the download of the backbone's weights is, on a thread of the pool; null (default): nobody.</summary>
    public IProgress<DownloadProgress>? Downloads { get; init; }

    /// <summary>What these options say of each run.</summary>
    public TrainerOptions Training =>
        new() { BatchSize = BatchSize, Seed = Seed, Device = Device, LoaderThreads = LoaderThreads, Checkpoints = Checkpoints };

    /// <summary>Throws where an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message says which.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Method)) throw new ArgumentException($"Method is {Method}, which is none.");
        if (Epochs < 1) throw new ArgumentException($"Epochs is {Epochs}; at least 1 is needed, or null for the recipe's.");
        if (ValidationShare is not (> 0 and < 1))
            throw new ArgumentException($"ValidationShare is {ValidationShare}; it is between 0 and 1, such as 0.2.");
        if (Logger is null) throw new ArgumentException("Logger is null; leave it out for none.");
        Training.Validate();
    }
}
