using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Options of <see cref="ContrastiveTuning"/>; the defaults are SetFit's.</summary>
public sealed record ContrastiveTuningOptions
{
    /// <summary>How many pairs an epoch has. Default: oversampling.</summary>
    public PairSampling Sampling { get; init; } = PairSampling.Oversampling;

    /// <summary>
    /// Pairs of each kind, same class and different classes, for each example in an epoch, whatever the sampling; at least 1. Null
    /// (default): as the sampling says.
    /// </summary>
    public int? PairsPerExample { get; init; }

    /// <summary>Passes over the pairs; at least 1. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>
    /// Most steps of the whole run, at least 1: the pairs grow with the square of the examples, so set it where there are many.
    /// The run is then one epoch in the report. Null (default): all pairs of all epochs.
    /// </summary>
    public int? MaxSteps { get; init; }

    /// <summary>Pairs a step; at least 1. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The update rule. Default: <see cref="AdamW"/> with learning rate 2e-5 and weight decay 0.01.</summary>
    public Optimizer Optimizer { get; init; } = new AdamW(2e-5);

    /// <summary>Share of all steps in which the learning rate rises from 0, in [0, 1); then it falls linearly to 0. Default 0.1.</summary>
    public double Warmup { get; init; } = 0.1;

    /// <summary>Largest 2-norm of all gradients together, above 0; null: no clipping. Default 1.</summary>
    public double? ClipGradientNorm { get; init; } = 1;

    /// <summary>Seed of the pairs' order and of dropout. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Threads that prepare batches ahead; 0: on the training thread. Default 2.</summary>
    public int LoaderThreads { get; init; } = 2;

    /// <summary>Where to train; null (default): the first CUDA device where there is one, else the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Where the run saves its state and goes on from it; null (default): nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>How the trainer runs, with all epochs in one where the steps are counted.</summary>
    internal TrainerOptions Training => new()
    {
        Epochs = MaxSteps is null ? Epochs : 1, BatchSize = BatchSize, Optimizer = Optimizer, ClipGradientNorm = ClipGradientNorm,
        Seed = Seed, Sampler = new SequentialSampler(), LoaderThreads = LoaderThreads, Device = Device, Checkpoints = Checkpoints,
    };

    internal void Validate()
    {
        List<string> faults = [];
        if (Epochs < 1) faults.Add($"Epochs is {Epochs}; at least 1 is needed.");
        if (MaxSteps < 1) faults.Add($"MaxSteps is {MaxSteps}; at least 1 is needed, or null for all pairs.");
        if (PairsPerExample < 1) faults.Add($"PairsPerExample is {PairsPerExample}; at least 1 is needed, or null.");
        if (!Enum.IsDefined(Sampling)) faults.Add($"Sampling is {Sampling}, which is none.");
        if (Warmup is not (>= 0 and < 1)) faults.Add($"Warmup is {Warmup}; it is a share of all steps, from 0 to below 1.");
        if (faults.Count > 0) throw new ArgumentException(string.Join(" ", faults));
        Training.Validate();
    }
}
