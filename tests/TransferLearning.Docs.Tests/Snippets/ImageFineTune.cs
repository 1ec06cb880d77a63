// snippet: image-fine-tune
using TransferLearning.Vision;
// end-snippet

namespace Snippets;

internal static class ImageFineTune
{
    public static void Run()
    {
        // snippet: image-fine-tune
        using var classifier = ImageClassifier.FineTune("flowers");                // one sub-folder per class
        Console.WriteLine($"{classifier.Report!.Strategies[0]} Accuracy {classifier.Report.Accuracy:P1}.");
        var best = classifier.Predict("unknown.jpg").Best;                         // label, probability
        classifier.Save("flowers.safetensors");
        // end-snippet
    }
}
