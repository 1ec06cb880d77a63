using System.Text;

namespace TransferLearning.Reporting;

/// <summary>
/// The report of a training run as one HTML page, <c>report.html</c>, that holds all it shows and runs no script, and its charts as PNG files
/// beside it: <c>learning-curves.png</c>, <c>confusion.png</c>, <c>reliability.png</c>, as far as the report has them.
/// </summary>
public static class ReportPage
{
    private const string FileName = "report.html";

    private static readonly ISection[] Sections =
    [
        new Warnings(), new Measures(), new Learning(), new Confusions(), new Reliability(), new ClassTable(), new MostWrongExamples(), new GivenPictures(),
        new RecipeSteps(),
    ];

    /// <summary>Writes the page and the pictures. Each file is whole or absent.</summary>
    /// <param name="report">What a run did, of any task.</param>
    /// <param name="folder">Where to write; made where it is absent. Files of these names are replaced.</param>
    /// <param name="options">Examples and pictures to show beside it; null (default): none.</param>
    /// <returns>Path of the page.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static string Write(TrainingReport report, string folder, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ReportMaterial material = new(report, options ?? new());
        // All is drawn before anything is written.
        (string File, byte[] Bytes)[] files = [.. Plots.Of(material), (FileName, Encoding.UTF8.GetBytes(Render(material).ToString()))];
        foreach (var (file, bytes) in files) AtomicFile.Write(Path.Combine(folder, file), stream => stream.Write(bytes));
        return Path.Combine(folder, FileName);
    }

    /// <summary>Writes the page and the pictures on a thread of its own.</summary>
    /// <param name="report">What a run did, of any task.</param>
    /// <param name="folder">Where to write; made where it is absent. Files of these names are replaced.</param>
    /// <param name="options">Examples and pictures to show beside it; null (default): none.</param>
    /// <param name="cancellationToken">Ends the work where it has not begun.</param>
    /// <inheritdoc cref="Write"/>
    public static Task<string> WriteAsync(
        TrainingReport report, string folder, ReportOptions? options = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Write(report, folder, options), cancellationToken);

    private static Html Render(ReportMaterial material)
    {
        var report = material.Report;
        var title = material.Options.Title ?? report.Backbone;
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <style>{Style()}</style>
            </head>
            <body>
            <header><h1>{title}</h1><p class="note">{report.Head} head on {report.Backbone}, learnt from {report.TrainCount} examples on {report.Date:O}</p></header>
            <main>{Html.Each(Sections, section => Render(section, material))}</main>
            </body>
            </html>

            """;
    }

    private static Html? Render(ISection section, ReportMaterial material) =>
        section.Render(material) is { } content ? Html.Of($"<section><h2>{section.Title}</h2>{content}</section>") : null;

    private static Html Style()
    {
        using StreamReader sheet = new(typeof(ReportPage).Assembly.GetManifestResourceStream("page.css")!);
        Html style = $"";
        style.AppendLiteral(sheet.ReadToEnd());
        return style;
    }
}
