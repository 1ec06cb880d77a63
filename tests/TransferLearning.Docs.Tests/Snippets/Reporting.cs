using TransferLearning;
using TransferLearning.Reporting;
using TransferLearning.Vision;

namespace Snippets;

internal static class ReportingSnippets
{
    public static void Page()
    {
        // snippet: report-page
        ReportPage.Write(TrainingReport.Load("report.json"), "report");
        // end-snippet
    }

    public static void Examples(ImageClassifier classifier, ImageDataset validation)
    {
        // snippet: report-examples
        var targets = (ClassTargets)validation.Targets;
        var wrong = ReportExample.MostWrong(
            classifier.Predict(validation.Names), [.. targets.Indices.Select(index => targets.Names[index])], validation.Names);
        ReportPage.Write(classifier.Report!, "report", new()
        {
            Title = "Clothes",
            Examples = [.. wrong.Select(example => example with { Pictures = [new("Grad-CAM", classifier.Explain(example.Name).ToPng())] })],
        });
        // end-snippet
    }
}
