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

        var trainer = new Trainer(new TrainerOptions { Epochs = 5, BatchSize = 32 },
            new FreezeBackbone(), new CosineDecay(warmup: 0.1), new EarlyStopping(patience: 2));
        TrainingReport report = trainer.Fit(model, train, validation);
        Console.WriteLine($"accuracy {report.Accuracy:P1}");

        model.Save("flowers.safetensors");                               // weights, labels and preprocessing in one file
        using var classifier = ImageClassifier.Load("flowers.safetensors");
        Prediction best = classifier.Predict("unknown.jpg").Best;        // label, probability
        // end-snippet
    }
}
