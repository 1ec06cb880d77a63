// The classic exercise: VGG16 without the last layer of its features and with a new last layer for the classes at hand, trained by SGD
// for two epochs.
//   dotnet run -c Release -- DIR [--weights vgg16.pth | --scratch] [--size 64]
// DIR holds CIFAR-10 or CIFAR-100 in their binary files, or train and test, each with a sub-folder of images for each class.
using System.Globalization;
using TransferLearning;
using TransferLearning.Vision;
using static TorchSharp.torch;

if (args is [] or ["-h" or "--help"])
{
    Console.WriteLine("Vgg16Cifar10 DIR [--weights FILE | --scratch] [--size PIXELS]");
    return 0;
}
var size = int.Parse(Option("--size") ?? "32", CultureInfo.InvariantCulture);
var (train, test) = Directory.Exists(Path.Combine(args[0], "train")) ? Folders(args[0]) : CifarDataset.Open(args[0]);
Console.WriteLine($"{train.Count} images to learn from, {test.Count} to measure by, {train.ClassNames.Count} classes.");

VisionBackbone backbone;
if (args.Contains("--scratch"))
{
    manual_seed(0);
    backbone = VisionBackbones.Create("vgg16", Sized);
}
else
    try
    {
        backbone = VisionBackbones.Load("vgg16", Option("--weights"), Sized);
    }
    catch (FileNotFoundException error)
    {
        Console.Error.WriteLine($"{error.Message}\nGive a file with --weights, or --scratch to start from random weights.");
        return 1;
    }

// The shapes are checked here, before anything is trained; the head takes the place of classifier.6.
using var model = backbone.Without("features.30").WithHead(new LinearHead(train.ClassNames), ownsBackbone: true);
var trainer = new Trainer(new TrainerOptions { Epochs = 2, Optimizer = new Sgd(0.001, momentum: 0.9) });
trainer.Fit(model, train, progress: new Lines());
Console.WriteLine(FormattableString.Invariant($"Accuracy on {test.Count} test images: {trainer.Evaluate(model, test).Accuracy:P1}"));

Directory.CreateDirectory("output");
model.Save("output/vgg16.safetensors");
using var loaded = ImageClassifier.Load("output/vgg16.safetensors");
Console.WriteLine(FormattableString.Invariant($"The same of output/vgg16.safetensors, opened again: {loaded.Evaluate(test).Accuracy:P1}"));
return 0;

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
ImageSpec Sized(ImageSpec input) => input with { Height = size, Width = size, ResizeSize = size };

static (ImageDataset Train, ImageDataset Test) Folders(string folder)
{
    var train = ImageFolder.Open(Path.Combine(folder, "train"));
    return (train, ImageFolder.Open(Path.Combine(folder, "test"), new() { ClassNames = train.ClassNames }));
}

/// <summary>A line for every epoch.</summary>
internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress now)
    {
        if (now.Completed is { } epoch)
            Console.WriteLine(FormattableString.Invariant($"Epoch {now.Epoch} of {now.Epochs}: training loss {epoch.TrainLoss:F4}"));
    }
}
