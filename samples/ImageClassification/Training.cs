using Spectre.Console;
using TransferLearning;
using TransferLearning.Vision;

namespace ImageClassification;

/// <summary>What is trained.</summary>
internal enum Strategy
{
    /// <summary>The head alone, on features that are computed once: seconds.</summary>
    Head,

    /// <summary>The head first, then every layer at a small rate: minutes, and the most accurate.</summary>
    Full,

    /// <summary>The head first, then one layer group more in each epoch; the best epoch is kept.</summary>
    Gradual,
}

internal static class Training
{
    public static TrainingReport Run(
        IPretrainedBackbone backbone, ImageDataset train, ImageDataset validation,
        Strategy strategy, int? epochs, TrainerOptions options, string output, CancellationToken cancellation)
    {
        var smooth = new CrossEntropy { LabelSmoothing = strategy == Strategy.Head ? 0 : 0.1 };
        using var model = backbone.WithHead(new LinearHead(train.ClassNames, objective: smooth));
        AnsiConsole.WriteLine($"{train.Count} images to learn from, {validation.Count} to measure by, {train.ClassNames.Count} classes; {backbone.Info.Id}, {strategy}.");

        // The head alone: where nothing else is trained, the backbone's features are computed once.
        var report = Progress.Show(progress => new Trainer(
            options with { Epochs = strategy == Strategy.Head ? epochs ?? 30 : 30, Optimizer = new AdamW(1e-3), Checkpoints = options.Checkpoints?.In("head") },
            new FreezeBackbone(), new CosineDecay()).Fit(model, train, validation, progress, cancellation));

        // Then the layers, from a head that fits already (Kumar et al., "Fine-tuning can distort pretrained features", 2022).
        if (strategy != Strategy.Head)
        {
            var augmented = train.WithAugmentation(new RandomResizedCrop { MinScale = 0.35 }, new RandomHorizontalFlip());
            IFineTuneStrategy[] strategies = strategy == Strategy.Full
                ? [new FreezeBatchNorm(), new CosineDecay(warmup: 0.2)]
                : [new GradualUnfreezing(headEpochs: 0), new FreezeBatchNorm(), new CosineDecay(warmup: 0.2), new EarlyStopping(monitor: MonitoredValue.Score)];
            var head = report;
            report = Progress.Show(progress => new Trainer(
                options with { Epochs = epochs ?? 4, Optimizer = new AdamW(1e-4), Checkpoints = options.Checkpoints?.In("layers") },
                strategies).Fit(model, augmented, validation, progress, cancellation));
            report = report with { Strategies = [.. head.Strategies, .. report.Strategies], Seconds = head.Seconds + report.Seconds };
        }
        model.Save(output);
        return report;
    }
}
