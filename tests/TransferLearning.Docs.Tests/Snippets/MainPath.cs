// snippet: main-path
using TransferLearning;
using TransferLearning.Vision;
// end-snippet

namespace Snippets;

internal static class MainPath
{
    public static void Run()
    {
        // snippet: main-path
        var photos = ImageFolder.Open("flowers");                        // one sub-folder per class
        var (train, validation) = photos.Split(0.8, seed: 42);           // stratified, reproducible

        using var backbone = VisionBackbones.Load("efficientnet_lite0"); // weights package, cache or hub
        using var model = backbone.WithHead(new LinearHead(photos.ClassNames));

        var report = new LinearProbe().Fit(model, train, validation);    // the head alone, fitted to its optimum
        Console.WriteLine($"accuracy {report.Accuracy:P1}");

        model.Save("flowers.safetensors");                               // weights, labels and preprocessing in one file
        using var classifier = ImageClassifier.Load("flowers.safetensors");
        Prediction best = classifier.Predict("unknown.jpg").Best;        // label, probability
        // end-snippet
    }
}
