// snippet: image-fine-tune
using TransferLearning.Vision;
// end-snippet

namespace Snippets;

internal static class ImageFineTune
{
    public static void Run()
    {
        // snippet: image-fine-tune
        using var classifier = ImageClassifier.FineTune("flowers");
        Console.WriteLine($"accuracy {classifier.Report!.Accuracy:P1}");
        classifier.Save("flowers.safetensors");
        // end-snippet
    }
}
