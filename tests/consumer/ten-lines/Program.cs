using TorchSharp;
using TransferLearning;
using TransferLearning.Vision;

Console.WriteLine(torch.ones(2, 3).sum().item<float>()); // The application touches torch before the library does.

var photos = ImageFolder.Open("flowers");
var (train, validation) = photos.Split(0.8, seed: 42);

using var backbone = VisionBackbones.Load("efficientnet_lite0");
using var model = backbone.WithHead(new LinearHead(photos.ClassNames));

var report = new LinearProbe().Fit(model, train, validation);

model.Save("flowers.safetensors");
using var classifier = ImageClassifier.Load("flowers.safetensors");
Prediction best = classifier.Predict("unknown.jpg").Best;
Console.WriteLine($"accuracy {report.Accuracy:F3}; unknown.jpg: {best.Label}, {best.Probability:F3}");
