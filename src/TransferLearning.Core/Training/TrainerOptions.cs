using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Options of a training run.</summary>
public sealed record TrainerOptions
{
    private readonly Optimizer? _optimizer;

    /// <summary>Passes over the training set; at least 1. Default 5.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>
    /// Examples a batch; at least 1. A single example left over at the end of an epoch joins the batch before. Default 32.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Seed of everything random: order, augmentation, dropout. Same seed, data and thread count of torch: same weights. Default 0.
    /// </summary>
    public long Seed { get; init; }

    /// <summary>
    /// The learning rate of the default update rule, above 0; null (default): 1e-3. Another <see cref="Optimizer"/> has its own, so that
    /// only one of both is given.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>The update rule. Default: <see cref="AdamW"/> with <see cref="LearningRate"/> and weight decay 0.01.</summary>
    public Optimizer Optimizer
    {
        get => _optimizer ?? (LearningRate is { } rate ? new AdamW(rate) : new AdamW());
        init => _optimizer = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Largest 2-norm of all gradients together, above 0; null (default): no clipping.</summary>
    public double? ClipGradientNorm { get; init; }

    /// <summary>Which examples an epoch has, and in which order. Default: <see cref="RandomSampler"/>.</summary>
    public ISampler Sampler { get; init; } = new RandomSampler();

    /// <summary>
    /// The number by which epochs are compared: a metric's, such as <c>"accuracy"</c> or <c>"macroF1"</c>, or the validation's
    /// <c>"loss"</c> (default). <see cref="EarlyStopping"/>, the best checkpoint and the report go by it.
    /// </summary>
    public string Monitor { get; init; } = Evaluation.LossName;

    /// <summary>
    /// Threads that prepare batches ahead of training; 0: on the training thread. The result does not depend on it. Default 2.
    /// </summary>
    public int LoaderThreads { get; init; } = 2;

    /// <summary>Where to train; null (default): the first CUDA device where there is one, else the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>
    /// Most bytes of memory for the features of frozen layers, which are computed once where inputs are the same in every epoch;
    /// 0: never keep them. Default 2 GiB.
    /// </summary>
    public long FeatureCacheBytes { get; init; } = 2L << 30;

    /// <summary>Where the run saves its state and goes on from it; null (default): nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Tells the day that reports and saved models name. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;

    internal void Validate()
    {
        List<string> faults = [];
        if (Epochs < 1) faults.Add($"Epochs is {Epochs}; at least 1 is needed.");
        if (BatchSize < 1) faults.Add($"BatchSize is {BatchSize}; at least 1 is needed.");
        if (LoaderThreads < 0) faults.Add($"LoaderThreads is {LoaderThreads}; it is 0 or more.");
        if (FeatureCacheBytes < 0) faults.Add($"FeatureCacheBytes is {FeatureCacheBytes}; it is 0 or more.");
        if (ClipGradientNorm is <= 0 or double.NaN)
            faults.Add($"ClipGradientNorm is {ClipGradientNorm}; it is above 0, or null for no clipping.");
        if (Sampler is null) faults.Add("Sampler is null; give one, such as new RandomSampler().");
        if (string.IsNullOrWhiteSpace(Monitor)) faults.Add("Monitor is empty; name a number, such as \"loss\".");
        faults.AddRange(Checkpoints?.Faults() ?? []);
        if (LearningRate is { } rate && _optimizer is not null)
            faults.Add(
                FormattableString.Invariant($"LearningRate is {rate}, and the Optimizer has its own, {_optimizer.LearningRate}: give one of both."));
        faults.AddRange(Optimizer.Faults());
        if (faults.Count > 0) throw new ArgumentException(string.Join(" ", faults));
    }
}
