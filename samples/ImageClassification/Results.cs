using Spectre.Console;
using TransferLearning;

namespace ImageClassification;

internal static class Results
{
    public static void Print(TrainingReport report, string model, string file)
    {
        foreach (var warning in report.Warnings) AnsiConsole.MarkupLine($"[yellow]{Markup.Escape(warning)}[/]");
        var measures = report.Evaluation!.Classification!;
        var table = new Table().Title("On the validation images").AddColumns("class", "precision", "recall", "F1", "images");
        foreach (var (name, precision, recall, f1, support) in measures.Classes)
            table.AddRow(Markup.Escape(name), Share(precision), Share(recall), Share(f1), $"{support}");
        AnsiConsole.Write(table);

        AnsiConsole.WriteLine($"Accuracy {Share(measures.Accuracy)} (95 % interval {Share(measures.AccuracyInterval[0])} to {Share(measures.AccuracyInterval[1])}), macro F1 {Share(measures.MacroF1)}, {report.Seconds:F0} s.");
        AnsiConsole.WriteLine($"Model: {model}. Report: {file}.");
    }

    private static string Share(double value) => FormattableString.Invariant($"{value:F3}");
}
