using PuppeteerSharp;
using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.WebService;

/// <summary>The page in Chromium: that of the environment variable CHROME_PATH, or the system's. Skipped where there is none.</summary>
public sealed class PageTests(Service service) : IClassFixture<Service>, IAsyncLifetime
{
    private readonly TemporaryFolder _profile = new();
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        string?[] places =
            [Environment.GetEnvironmentVariable("CHROME_PATH"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        if (places.FirstOrDefault(File.Exists) is not { } program) return;
        _browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            Headless = true,
            UserDataDir = _profile.Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _profile.Dispose();
    }

    [SkippableTheory]
    [InlineData(1200, 800, "light")]
    [InlineData(375, 812, "dark")]
    public async Task A_photograph_is_chosen_and_a_text_is_typed(int width, int height, string scheme)
    {
        await using var page = await Open(width, height, scheme);
        (await Text(page, "#image-classes")).Should().StartWith("1000 classes: tench, ");
        (await Text(page, "#text-classes")).Should().StartWith("12 classes: ");

        await (await page.QuerySelectorAsync("#photograph")).UploadFileAsync(Service.Photograph);
        await page.WaitForSelectorAsync("#image-answers li .share");
        (await page.EvaluateExpressionAsync<int>("document.querySelector('#preview:not([hidden])').naturalWidth")).Should().Be(28);

        await page.TypeAsync("#text", "a large grey animal with a trunk");
        await page.ClickAsync("#ask button");
        await page.WaitForSelectorAsync("#text-answers li .share");
        (await Text(page, "#text-answers li .label")).Should().Be("animal");
        foreach (var list in new[] { "#image-answers", "#text-answers" })
            (await page.QuerySelectorAllAsync($"{list} li")).Should().HaveCount(5);
        // The bar of the likeliest is the widest.
        (await page.EvaluateExpressionAsync<double[]>("[...document.querySelectorAll('#text-answers .bar')].map(bar => bar.offsetWidth)"))
            .Should().BeInDescendingOrder();
        (await page.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= innerWidth"))
            .Should().BeTrue("nothing is wider than the screen");
        if (Environment.GetEnvironmentVariable("TRANSFERLEARNING_SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(Path.Combine(folder, $"web-{width}-{scheme}.png"), new ScreenshotOptions { FullPage = true });
    }

    [SkippableFact]
    public async Task What_is_no_photograph_is_said_on_the_page()
    {
        await using var page = await Open(800, 600, "light");
        await (await page.QuerySelectorAsync("#photograph")).UploadFileAsync(Path.Combine(TestFiles.Repository, "README.md"));
        await page.WaitForSelectorAsync("#image-answers .fault");
        (await Text(page, "#image-answers .fault")).Should().StartWith("The image is not a JPEG");
        await (await page.QuerySelectorAsync("#photograph")).UploadFileAsync(Service.Photograph);
        await page.WaitForSelectorAsync("#image-answers .share");
        (await page.QuerySelectorAsync(".fault")).Should().BeNull();
    }

    /// <summary>The page at a size, in light or dark; what it cannot load or run fails the test.</summary>
    private async Task<IPage> Open(int width, int height, string scheme)
    {
        Skip.If(_browser is null, "No Chromium is on this machine (apt-get install chromium, or set CHROME_PATH).");
        var page = await _browser.NewPageAsync();
        List<string> faults = [];
        page.PageError += (_, error) => faults.Add(error.Message);
        page.Console += (_, line) => faults.Add(line.Message.Text);
        page.RequestFailed += (_, request) => faults.Add(request.Request.Url);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.GoToAsync(service.Client.BaseAddress!.ToString());
        await page.WaitForFunctionAsync("() => document.getElementById('text-classes').textContent");
        faults.Should().BeEmpty();
        return page;
    }

    private static Task<string> Text(IPage page, string selector) =>
        page.QuerySelectorAsync(selector).EvaluateFunctionAsync<string>("element => element.textContent");
}
