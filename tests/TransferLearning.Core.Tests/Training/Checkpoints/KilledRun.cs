namespace TransferLearning.Tests.Training;

/// <summary>A run in a process of its own that saves its model, for a test to kill.</summary>
internal static class KilledRun
{
    /// <summary>The kinds of runs.</summary>
    public static readonly string[] Kinds =
    [
        "full", "head", "head, no cache", "gradual", "gradual, no cache", "full, early stopping", "accumulation", "moving average", "mean",
        "LoRA", "reversal", "transcription",
    ];

    /// <summary>
    /// Trains, going on from the checkpoints in the folder, and saves <c>model.safetensors</c> there. Says so before the first step.
    /// </summary>
    public static void Train(string kind, string folder)
    {
        var checkpoints = new CheckpointOptions(Path.Combine(folder, "state")) { Resume = true, Interval = TimeSpan.Zero };
        if (kind is "reversal" or "transcription")
        {
            using var task = SequenceTaskTests.Make(kind);
            Console.WriteLine("training");
            new Trainer(
                task.Options with { Epochs = 4, Checkpoints = checkpoints }, new CosineDecay(0.1)).Fit(
                    task.Model, task.Train, task.Validation);
            task.Model.Save(Path.Combine(folder, "model.safetensors"));
            return;
        }
        using var experiment = new Experiment(dropout: 0.3);
        var options = Experiment.Options with
        {
            Epochs = 10, Optimizer = new AdamW(0.01), FeatureCacheBytes = kind.Contains("no cache", StringComparison.Ordinal)
                ? 0
                : 1 << 20, Checkpoints = checkpoints,
        };
        IFineTuneStrategy[] strategies = kind.Split(',')[0] switch
        {
            "head" => [new FreezeBackbone(), new CosineDecay(0.1)],
            "gradual" => [new GradualUnfreezing(headEpochs: 2), new CosineDecay()],
            "accumulation" => [new GradientAccumulation(2), new CosineDecay()],
            "moving average" => [new FreezeBackbone(epochs: 2), new ExponentialAveraging(0.9), new EarlyStopping(patience: 8)],
            "mean" => [new StochasticWeightAveraging(0.5)],
            "LoRA" => [new LoraFineTuning(new LoraOptions { Rank = 2, Dropout = 0.2, TargetModules = ["conv1", "conv2"] })],
            _ => kind.Contains("early", StringComparison.Ordinal) ? [new EarlyStopping(patience: 8)] : [new CosineDecay()],
        };
        Console.WriteLine("training");
        experiment.Fit(options, strategies);
        experiment.Model.Save(Path.Combine(folder, "model.safetensors"));
    }
}
