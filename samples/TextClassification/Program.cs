// Fine-tunes a pretrained text encoder on labelled texts, and asks it which class some others belong to.
//   dotnet run -c Release                 learns from the definitions of nouns beside this program
//   dotnet run -c Release -- mails.csv    learns from a file of your own: CSV, TSV or JSON Lines with a text and a label
using TransferLearning;
using TransferLearning.Reporting;
using TransferLearning.Text;

var sample = Path.Combine(AppContext.BaseDirectory, "data");
var texts = TextFile.Open(args.Length > 0 ? args[0] : Path.Combine(sample, "train.csv"));
var (train, validation) = args.Length > 0
    ? texts.Split(0.8, seed: 0)
    : (texts, TextFile.Open(Path.Combine(sample, "validation.csv"), new() { ClassNames = texts.Targets.Names }));
Console.WriteLine($"{train.Count} texts to learn from, {validation.Count} to measure by, {texts.Targets.Names.Count} classes.");

// How much is trained the number of examples decides; the report says what, and why.
using var classifier = TextClassifier.FineTune(train, validation, progress: new Lines());

Directory.CreateDirectory("output");
classifier.Save("output/texts.safetensors");       // weights, tokenizer and classes in one file
classifier.Report!.Save("output/texts.json");
ReportPage.Write(classifier.Report, "output/texts");               // report.html, and its charts as pictures
Console.Write(classifier.Report);
Console.WriteLine("Model: output/texts.safetensors. Report: output/texts.json, as a page: output/texts/report.html.");

// As another program would use it.
using var loaded = TextClassifier.Load("output/texts.safetensors");
foreach (var text in validation.Texts.Take(3)) Console.WriteLine($"{text}: {loaded.Predict(text)}");

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
