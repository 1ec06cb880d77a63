// snippet: text-fine-tune
using TransferLearning.Text;
// end-snippet

namespace Snippets;

internal static class TextFineTune
{
    public static void Run()
    {
        // snippet: text-fine-tune
        using var classifier = TextClassifier.FineTune("mails.csv");
        Console.WriteLine($"{classifier.Report!.Strategies[0]} Accuracy {classifier.Report.Accuracy:P1}.");
        var best = classifier.Predict("Where is my card?").Best;                   // label, probability
        classifier.Save("mails.safetensors");
        // end-snippet
    }
}
