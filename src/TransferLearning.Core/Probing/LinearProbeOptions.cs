using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Options of a <see cref="LinearProbe"/>.</summary>
public sealed record LinearProbeOptions
{
    /// <summary>
    /// How much the examples count against the penalty of large weights, as in scikit-learn: above 0, more fits the training set
    /// more closely. Null (default): chosen from 0.01, 0.03, 0.1, ... 300 by cross-validation, which ends where larger ones do worse and
    /// worse; 10 where there are fewer than 3 examples a class.
    /// </summary>
    public double? C { get; init; }

    /// <summary>Parts of the cross-validation, each held out once; at least 2. Default 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>
    /// Whether each feature is divided by its standard deviation before the fit; the head takes features as they are all the same.
    /// Default false: what networks give needs it rarely.
    /// </summary>
    public bool Standardize { get; init; }

    /// <summary>Seed of the parts of the cross-validation. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Most iterations of a fit; at least 1. Default 1000; most fits need fewer than 100.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Examples that go through the backbone at a time; at least 1. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads that prepare batches ahead; 0: on the calling thread. Default 2.</summary>
    public int LoaderThreads { get; init; } = 2;

    /// <summary>
    /// Where the backbone runs; null (default): the first CUDA device where there is one, else the CPU. The fit itself runs on the CPU.
    /// </summary>
    public Device? Device { get; init; }

    /// <summary>
    /// Most bytes of memory for the features of both sets. Default 2 GiB; the fit needs about five times as much as the features that there
    /// are.
    /// </summary>
    public long FeatureCacheBytes { get; init; } = 2L << 30;

    /// <summary>Tells the day that reports and saved models name. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    /// <summary>How the run goes through the data.</summary>
    internal TrainerOptions Passes => new()
    {
        Epochs = 1, BatchSize = BatchSize, Seed = Seed, LoaderThreads = LoaderThreads, Device = Device,
            FeatureCacheBytes = FeatureCacheBytes,
        TimeProvider = TimeProvider,
    };

    internal void Validate()
    {
        List<string> faults = [];
        if (C is { } c && !(c > 0 && double.IsFinite(c))) faults.Add($"C is {c}; it is above 0, or null for cross-validation.");
        if (Folds < 2) faults.Add($"Folds is {Folds}; at least 2 are needed.");
        if (MaxIterations < 1) faults.Add($"MaxIterations is {MaxIterations}; at least 1 is needed.");
        if (FeatureCacheBytes < 1)
            faults.Add($"FeatureCacheBytes is {FeatureCacheBytes}; a linear probe keeps the features, so it is above 0.");
        if (faults.Count > 0) throw new ArgumentException(string.Join(" ", faults));
        Passes.Validate();
    }
}
