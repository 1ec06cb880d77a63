using TorchSharp;
using TransferLearning.Vision;

Console.WriteLine(torch.ones(2, 3).sum().item<float>()); // The application touches torch before the library does.
using var backbone = VisionBackbones.Create("efficientnet_lite0");
Console.WriteLine($"{backbone.Info.Id}: {backbone.Info.FeatureSize} features");
