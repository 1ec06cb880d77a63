using System.Globalization;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>Accuracy of the three strategies, and of what the README shows, on 5 x 60 photographs for training and 5 x 30 for validation.</summary>
internal static class Flowers
{
    public static int Run(string[] arguments)
    {
        var strategy = arguments.ElementAtOrDefault(0) ?? "head";
        var seeds = int.Parse(arguments.ElementAtOrDefault(1) ?? "3", CultureInfo.InvariantCulture);
        var train = ImageFolder.Open(TestFiles.Data("flowers/train"));
        var validation = ImageFolder.Open(TestFiles.Data("flowers/val"), new DatasetFolderOptions { ClassNames = train.Targets.Names });
        if (strategy == "readme") return Readme(train, validation);
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

    /// <summary>What the README shows: the one call, and the same in its parts.</summary>
    private static int Readme(ImageDataset train, ImageDataset validation)
    {
        using var classifier = ImageClassifier.FineTune(train, validation);
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(train.ClassNames));
        var parts = new LinearProbe().Fit(model, train, validation);
        Console.WriteLine(FormattableString.Invariant($"the one call {classifier.Report!.Accuracy:P2}, its parts {parts.Accuracy:P2}"));
        return 0;
    }

    private static TrainingReport Train(string strategy, int seed, ImageDataset train, ImageDataset validation)
    {
        var method = Enum.Parse<FineTuneMethod>(strategy, ignoreCase: true);
        var recipe = ImageRecipe.Choose(train, new FineTuneOptions { Method = method, Epochs = method is FineTuneMethod.Head ? 30 : 4, Seed = seed });
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = recipe.CreateModel(backbone, train.Targets);
        return recipe.Fit(model, train, validation);
    }
}
