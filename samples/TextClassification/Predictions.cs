using Spectre.Console;
using TransferLearning;
using TransferLearning.Text;
using static TorchSharp.torch;

namespace TextClassification;

internal static class Predictions
{
    /// <summary>What a saved model says of a text, or of each line of a file.</summary>
    public static void Print(string model, string texts, Device device, CancellationToken cancellation)
    {
        if (Directory.Exists(texts) || string.IsNullOrWhiteSpace(texts)) throw new ArgumentException($"'{texts}' is neither a text nor a file of texts.");
        string[] lines = File.Exists(texts) ? [.. File.ReadLines(texts).Where(line => !string.IsNullOrWhiteSpace(line))] : [texts];
        if (lines.Length == 0) throw new ArgumentException($"The file '{texts}' holds no text.");
        using var classifier = TextClassifier.Load(model, device);
        foreach (var (line, answer) in lines.Zip(classifier.Predict(lines, cancellation)))
            Console.WriteLine(FormattableString.Invariant($"{line}\t{answer.Best.Label}\t{answer.Best.Probability:F4}"));
    }

    /// <summary>Answers for a few held-out texts, the first of each class.</summary>
    public static void PrintSome(string model, TextDataset held, Device device)
    {
        using var classifier = TextClassifier.Load(model, device);
        var table = new Table().Title("Some held-out texts").AddColumns("text", "class", "answer", "probability");
        foreach (var (index, label) in ((ClassTargets)held.Targets).Indices.Index().DistinctBy(example => example.Item).Take(5))
        {
            var text = held.Texts[index];
            var best = classifier.Predict(text).Best;
            table.AddRow(Markup.Escape(text), Markup.Escape(held.Targets.Names[label]), Markup.Escape(best.Label), FormattableString.Invariant($"{best.Probability:F3}"));
        }
        AnsiConsole.Write(table);
    }
}
