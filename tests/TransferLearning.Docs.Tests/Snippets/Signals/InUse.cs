using TransferLearning;

namespace Snippets.Signals;

internal static class InUse
{
    public static void Run(IReadOnlyList<float[]> recordings, IReadOnlyList<string> classes, float[] recording)
    {
        // snippet: signals-in-use
        var signals = new SignalDataset(recordings, Targets.Classes(classes));
        using var classifier = SignalClassifier.FineTune(signals, weights: "signalnet_small.safetensors");
        Console.WriteLine($"{classifier.Report!.Strategies[0]} Accuracy {classifier.Report.Accuracy:P1}.");
        classifier.Save("pumps.safetensors");

        using var loaded = SignalClassifier.Load("pumps.safetensors");
        Prediction best = loaded.Predict(recording)[0].Best;             // label, probability
        // end-snippet
    }
}
