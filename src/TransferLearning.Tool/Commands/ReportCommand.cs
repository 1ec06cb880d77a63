using System.CommandLine;
using Spectre.Console;
using TransferLearning.Reporting;
using TransferLearning.Tool.Terminal;

namespace TransferLearning.Tool.Commands;

/// <summary>Prints a report, or compares several.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("file")
        {
            Arity = ArgumentArity.OneOrMore, Description = "report.json of a run; of several runs to compare them."
        };
        Option<string?> page = new("--page") { Description = "Folder to write the report to as a page, report.html, with its charts." };
        Command command = new("report", "Prints the report of a run or writes it as a page, or compares those of several.") { files, page };
        command.SetAction(given => Failure.Guard(() =>
        {
            var reports = given.GetValue(files)!.Select(file => (File: file, Report: TrainingReport.Load(file))).ToList();
            if (given.GetValue(page) is { } folder)
            {
                if (reports.Count > 1) throw new ArgumentException("A page is of one report: give one file to --page.");
                Console.WriteLine($"Page: {ReportPage.Write(reports[0].Report, folder)}.");
            }
            else if (reports.Count == 1) Console.Write(reports[0].Report);
            else Compare(reports);
            return 0;
        }));
        return command;
    }

    private static void Compare(List<(string File, TrainingReport Report)> reports)
    {
        string[] measures = [.. reports.SelectMany(one => one.Report.Evaluation?.Values ?? []).Select(value => value.Name).Distinct()];
        var table = new Table().AddColumns(["report", "backbone", "examples", "epochs", "seconds", .. measures]);
        foreach (var (file, report) in reports)
            table.AddRow(
            [
                Markup.Escape(file), Markup.Escape(report.Backbone), $"{report.TrainCount}", $"{report.Epochs.Count}",
                FormattableString.Invariant($"{report.Seconds:F0}"), .. measures.Select(measure => Value(report, measure)),
            ]);
        AnsiConsole.Write(table);
    }

    private static string Value(TrainingReport report, string measure) =>
        report.Evaluation?.Values.Where(value => value.Name == measure).Select(value => FormattableString.Invariant($"{value.Value:F3}"))
            .FirstOrDefault() ?? "";
}
