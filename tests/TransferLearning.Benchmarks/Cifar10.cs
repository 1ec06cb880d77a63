using System.Globalization;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>Accuracy on CIFAR-10 at 96 pixels, with 500 images of each class or fewer, on the 1,000 of the test set.</summary>
internal static class Cifar10
{
    private const int Size = 96;

    public static int Run(string[] arguments)
    {
        var method = Enum.Parse<FineTuneMethod>(arguments.ElementAtOrDefault(0) ?? "auto", ignoreCase: true);
        var perClass = int.Parse(arguments.ElementAtOrDefault(1) ?? "500", CultureInfo.InvariantCulture);
        var train = First(perClass, ImageFolder.Open(TestFiles.Data("cifar10/train")));
        var test = ImageFolder.Open(TestFiles.Data("cifar10/test"), new DatasetFolderOptions { ClassNames = train.Targets.Names });
        var recipe = ImageRecipe.Choose(train, new FineTuneOptions { Method = method });
        using var backbone = VisionBackbones.Load("efficientnet_lite0", input: own => ImageSpec.FromCropFraction(Size, 0.875) with
        {
            Mean = own.Mean, Std = own.Std,
        });
        using var model = recipe.CreateModel(backbone, train.Targets);
        var report = recipe.Fit(model, train, test);
        Console.WriteLine(recipe.Reason);
        foreach (var epoch in report.Epochs) Console.WriteLine(FormattableString.Invariant($"epoch {epoch.Epoch}: {epoch.Evaluation!.Accuracy:P2}"));
        Console.WriteLine(FormattableString.Invariant($"CIFAR-10, {perClass} a class: {report.Accuracy:P2}, {report.Seconds:F0} s"));
        return 0;
    }

    private static ImageDataset First(int perClass, ImageDataset all) => all.Subset(
        [.. ((ClassTargets)all.Targets).Indices.Index().GroupBy(image => image.Item).SelectMany(images => images.Take(perClass)).Select(image => image.Index)]);
}
