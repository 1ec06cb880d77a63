using Spectre.Console;
using TransferLearning;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace ImageClassification;

internal static class Predictions
{
    /// <summary>What a saved model says of an image, or of all images of a folder.</summary>
    public static void Print(string model, string images, Device device, CancellationToken cancellation)
    {
        string[] files = Directory.Exists(images)
            ? [.. Directory.EnumerateFiles(images, "*", SearchOption.AllDirectories).Where(ImageFolder.Images.Includes).Order(StringComparer.Ordinal)]
            : [images];
        if (files.Length == 0) throw new ArgumentException($"The folder '{images}' holds no images ({string.Join(", ", ImageFolder.Images.Extensions)}).");
        using var classifier = ImageClassifier.Load(model, device);
        foreach (var (file, answer) in files.Zip(classifier.Predict(files, cancellation)))
            Console.WriteLine(FormattableString.Invariant($"{file}\t{answer.Best.Label}\t{answer.Best.Probability:F4}"));
    }

    /// <summary>Answers for a few held-out images, the first of each class.</summary>
    public static void PrintSome(string model, ImageDataset held, Device device)
    {
        using var classifier = ImageClassifier.Load(model, device);
        var table = new Table().Title("Some held-out images").AddColumns("image", "class", "answer", "probability");
        foreach (var (label, members) in ((ClassTargets)held.Targets).Indices.Index().GroupBy(example => example.Item).Take(5).Select(group => (group.Key, group)))
        {
            var image = held.Names[members.First().Index];
            var best = classifier.Predict(image).Best;
            table.AddRow(Markup.Escape(Path.GetFileName(image)), Markup.Escape(held.Targets.Names[label]), Markup.Escape(best.Label), FormattableString.Invariant($"{best.Probability:F3}"));
        }
        AnsiConsole.Write(table);
    }
}
