using System.Globalization;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>Accuracy of the sample's three strategies on 5 x 60 photographs for training and 5 x 30 for validation.</summary>
internal static class Flowers
{
    public static int Run(string[] arguments)
    {
        var strategy = arguments.ElementAtOrDefault(0) ?? "head";
        var seeds = int.Parse(arguments.ElementAtOrDefault(1) ?? "3", CultureInfo.InvariantCulture);
        var train = ImageFolder.Open(TestFiles.Data("flowers/train"));
        var validation = ImageFolder.Open(TestFiles.Data("flowers/val"), new ImageFolderOptions { ClassNames = train.ClassNames });
        List<double> accuracies = [];
        for (var seed = 0; seed < seeds; seed++)
        {
            var report = Train(strategy, seed, train, validation);
            accuracies.Add(report.Accuracy);
            Console.WriteLine(FormattableString.Invariant(
                $"{strategy}, seed {seed}: {report.Accuracy:P2}, loss {report.Evaluation!.Loss:F4}, {report.Seconds:F1} s; epochs {report.Epochs[0].Seconds:F3}, {report.Epochs[1].Seconds:F3} s, first against second {report.Epochs[0].Seconds / report.Epochs[1].Seconds:F0}x"));
        }
        Console.WriteLine(FormattableString.Invariant($"{strategy}: mean {accuracies.Average():P2} of {seeds} seeds"));
        return 0;
    }

    private static TrainingReport Train(string strategy, int seed, ImageDataset train, ImageDataset validation)
    {
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(train.ClassNames, objective: new CrossEntropy { LabelSmoothing = strategy == "head" ? 0 : 0.1 }));
        var options = new TrainerOptions { Seed = seed };
        var report = new Trainer(options with { Epochs = 30, Optimizer = new AdamW(1e-3) }, new FreezeBackbone(), new CosineDecay())
            .Fit(model, train, validation);
        if (strategy == "head") return report;
        var augmented = train.WithAugmentation(new RandomResizedCrop { MinScale = 0.35 }, new RandomHorizontalFlip());
        return strategy switch
        {
            "full" => new Trainer(options with { Epochs = 4, Optimizer = new AdamW(1e-4) }, new FreezeBatchNorm(), new CosineDecay(warmup: 0.2))
                .Fit(model, augmented, validation),
            "gradual" => new Trainer(
                    options with { Epochs = 4, Optimizer = new AdamW(1e-4) },
                    new GradualUnfreezing(headEpochs: 0), new FreezeBatchNorm(), new CosineDecay(warmup: 0.2), new EarlyStopping(monitor: MonitoredValue.Score))
                .Fit(model, augmented, validation),
            _ => throw new ArgumentException($"The strategy '{strategy}' is unknown: head, full or gradual."),
        };
    }
}
