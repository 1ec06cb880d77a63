// Fine-tunes a pretrained image network on photographs, one sub-folder for each class, and asks it what some of them show.
//   dotnet run -c Release              learns from the small images beside this program
//   dotnet run -c Release -- photos    learns from a folder of your own
using TransferLearning;
using TransferLearning.Reporting;
using TransferLearning.Vision;

var sample = Path.Combine(AppContext.BaseDirectory, "data");
var photos = ImageFolder.Open(args.Length > 0 ? args[0] : Path.Combine(sample, "train"));
var (train, validation) = args.Length > 0
    ? photos.Split(0.8, seed: 0)
    : (photos, ImageFolder.Open(Path.Combine(sample, "validation"), new() { ClassNames = photos.ClassNames }));
Console.WriteLine($"{train.Count} images to learn from, {validation.Count} to measure by, {photos.ClassNames.Count} classes.");

// The head alone, for 30 epochs: the network below it stays as it is, so its features are computed once.
// Without options the amount of data decides what is trained.
var options = new FineTuneOptions { Method = FineTuneMethod.Head, Epochs = 30 };
using var classifier = ImageClassifier.FineTune(train, validation, options: options, progress: new Lines());

Directory.CreateDirectory("output");
classifier.Save("output/images.safetensors");      // weights, classes and preprocessing in one file
classifier.Report!.Save("output/images.json");
ReportPage.Write(classifier.Report, "output/images");              // report.html, and its charts as pictures
Console.Write(classifier.Report);
Console.WriteLine("Model: output/images.safetensors. Report: output/images.json, as a page: output/images/report.html.");

// As another program would use it.
using var loaded = ImageClassifier.Load("output/images.safetensors");
foreach (var image in validation.Names.Take(3)) Console.WriteLine($"{image}: {loaded.Predict(image)}");

/// <summary>A line for what takes time and for every epoch.</summary>
internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress now)
    {
        if (now is { Phase: TrainingPhase.CachingFeatures, Batch: 1 }) Console.WriteLine("Computing features, once.");
        if (now.Completed is { } epoch)
            Console.WriteLine(FormattableString.Invariant(
                $"Epoch {now.Epoch} of {now.Epochs}: training loss {epoch.TrainLoss:F4}, accuracy {epoch.Evaluation?.Accuracy:P1}"));
    }
}
