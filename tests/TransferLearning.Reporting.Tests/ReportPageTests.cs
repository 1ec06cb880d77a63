using System.Globalization;
using System.Text.Json;
using PuppeteerSharp;
using TransferLearning.TestKit;

namespace TransferLearning.Reporting.Tests;

/// <summary>The page in a browser, against the report that it is made of.</summary>
public sealed class ReportPageTests(Chromium browser) : IClassFixture<Chromium>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(1200, "light")]
    [InlineData(375, "dark")]
    public async Task The_page_says_what_the_report_says(int width, string scheme)
    {
        var (page, json) = await Open("classes", Reports.Classifier(Reports.Clothes), new() { Examples = Examples(), Pictures = [Picture("As the network sees it")] }, width, scheme);
        await using var _ = page;
        foreach (var measure in new[] { "accuracy", "macroF1", "loss" })
            (await Text(page, $"[data-measure={measure}]")).Should().Be(Written(json.GetProperty(measure)));
        (await Text(page, "[data-measure=expectedCalibrationError]"))
            .Should().Be(Written(json.GetProperty("calibration").GetProperty("expectedCalibrationError")));
        (await Text(page, "[data-measure=accuracy] + .note")).Should().Be(
            $"95 % interval {Written(json.GetProperty("accuracyInterval")[0])} to {Written(json.GetProperty("accuracyInterval")[1])}");

        (await Texts(page, ".confusion td[class]")).Should().Equal(
            json.GetProperty("confusion").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(count => count.ToString()).Select(count => count == "0" ? "" : count));
        (await Texts(page, ".classes td")).Should().Equal(json.GetProperty("classes").EnumerateArray().SelectMany(one => new[]
        {
            one.GetProperty("name").GetString()!, Written(one.GetProperty("precision")), Written(one.GetProperty("recall")),
            Written(one.GetProperty("f1")), one.GetProperty("support").ToString(),
        }));
        (await Texts(page, "[data-chart=accuracy] circle title")).Should().HaveCount(json.GetProperty("epochs").GetArrayLength());
        (await Texts(page, "figcaption .kept")).Should().Equal("kept: epoch 4", "kept: epoch 4");
        (await Texts(page, "article strong")).Should().Equal("shirt", "coat", Reports.Hostile, Reports.Hostile);
        (await page.EvaluateExpressionAsync<bool>("[...document.images].every(image => image.naturalWidth > 0)")).Should().BeTrue();
        (await page.EvaluateExpressionAsync<string>("getComputedStyle(document.body).backgroundColor"))
            .Should().Be(scheme == "dark" ? "rgb(18, 22, 28)" : "rgb(246, 247, 249)");
    }

    [SkippableFact]
    public async Task What_the_data_bring_is_text_and_no_markup()
    {
        var (page, _) = await Open(
            "hostile", Reports.Classifier(Reports.Hostile, "b") with { Backbone = Reports.Hostile }, new() { Title = Reports.Hostile, Examples = Examples(), Pictures = [Picture(Reports.Hostile)] }, 375, "light");
        await using var __ = page;
        (await page.GetTitleAsync()).Should().Be(Reports.Hostile);
        (await Text(page, ".classes td")).Should().Be(Reports.Hostile);
        (await Texts(page, ".warnings li")).Should().Contain(Reports.Hostile);
        (await Text(page, "blockquote")).Should().Be(Reports.Hostile);
        (await page.QuerySelectorAllAsync("script, img[src=x], [onmouseover], [onerror]")).Should().BeEmpty();
    }

    public static TheoryData<string> Tasks => ["regression", "labels", "nothing", "many"];

    [SkippableTheory]
    [MemberData(nameof(Tasks))]
    public async Task Any_task_has_a_page(string task)
    {
        string[] many = [.. Enumerable.Range(0, 60).Select(i => $"class {i}")];
        var report = task switch
        {
            "regression" => Reports.Regression(), "labels" => Reports.MultiLabel(), "nothing" => Reports.Unmeasured(), _ => Reports.Classifier(many),
        };
        var (page, json) = await Open(task, report, new(), 375, "light");
        await using var _ = page;
        foreach (var value in report.Evaluation?.Values ?? [])
            (await Text(page, $"[data-measure={value.Name}]")).Should().Be(Written(json.GetProperty(value.Name)));
        (await page.QuerySelectorAsync(".confusion")).Should().BeNull("there is none, or it is too large for a screen");
        (await Texts(page, ".pairs td")).Should().HaveCount(task == "many" ? 30 : 0, "the ten most confused pairs stand for it");
        (await Texts(page, ".facts dd")).Should().Contain("7", "the seed");
    }

    [Fact]
    public async Task The_charts_are_files_too_and_nothing_is_left_beside_them()
    {
        var place = await ReportPage.WriteAsync(Reports.Classifier(Reports.Clothes), Path.Combine(_folder.Path, "new"));
        Directory.EnumerateFiles(Path.GetDirectoryName(place)!).Select(Path.GetFileName)
            .Should().BeEquivalentTo("report.html", "learning-curves.png", "confusion.png", "reliability.png");
        ReportPage.Write(Reports.Unmeasured(), Path.Combine(_folder.Path, "unmeasured"));
        Directory.EnumerateFiles(Path.Combine(_folder.Path, "unmeasured")).Select(Path.GetFileName)
            .Should().BeEquivalentTo("report.html", "learning-curves.png");
    }

    [Fact]
    public void The_same_report_gives_the_same_page()
    {
        var pages = new[] { "a", "b" }.Select(name => File.ReadAllText(ReportPage.Write(Reports.MultiLabel(), Path.Combine(_folder.Path, name)))).ToList();
        pages[0].Should().Be(pages[1]);
    }

    [Fact]
    public void Under_another_culture_numbers_are_written_the_same()
    {
        var here = File.ReadAllText(ReportPage.Write(Reports.Classifier(Reports.Clothes), _folder.Path));
        using var _ = new UnderCulture("de-DE");
        File.ReadAllText(ReportPage.Write(Reports.Classifier(Reports.Clothes), _folder.Path)).Should().Be(here);
    }

    private static ReportExample[] Examples() =>
    [
        new("data/shirt/00012.png", "coat", "shirt", 0.93, 0.04) { Pictures = [Picture("image"), Picture("Grad-CAM")] },
        new("3", Reports.Hostile, Reports.Hostile, 0.51, 0.02) { Text = Reports.Hostile },
    ];

    private static ReportPicture Picture(string title) => new(title, Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFklEQVR4nGNkaPjPgA0wYRUd1BIAQLIBjAAAAABJRU5ErkJggg=="));

    private async Task<(IPage Page, JsonElement Json)> Open(string name, TrainingReport report, ReportOptions options, int width, string scheme)
    {
        var folder = Path.Combine(_folder.Path, name);
        report.Save(Path.Combine(folder, "report.json"));
        // As it is read again, so that the page needs no more than the file.
        var file = ReportPage.Write(TrainingReport.Load(Path.Combine(folder, "report.json")), folder, options);
        var page = await browser.Open(new Uri(file), width, height: 800, scheme);
        await Chromium.Show(page, $"{Path.GetFileName(folder)}-{width}-{scheme}");
        (await page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(width, "nothing is wider than the screen");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.json")));
        return (page, json.RootElement.Clone());
    }

    private static string Written(JsonElement number) => number.GetDouble().ToString("F3", CultureInfo.InvariantCulture);

    private static Task<string> Text(IPage page, string selector) =>
        page.QuerySelectorAsync(selector).EvaluateFunctionAsync<string>("element => element.textContent");

    private static Task<string[]> Texts(IPage page, string selector) =>
        page.EvaluateFunctionAsync<string[]>("selector => [...document.querySelectorAll(selector)].map(element => element.textContent)", selector);
}
