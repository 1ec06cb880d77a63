using PuppeteerSharp;
using TransferLearning.TestKit;

namespace TransferLearning.Reporting.Tests;

/// <summary>Chromium: that of the environment variable CHROME_PATH, or the system's. Tests are skipped where there is none.</summary>
public sealed class Browser : IAsyncLifetime
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

    /// <summary>A file at a size, in light or dark; what it cannot load, and what it says, fails the test.</summary>
    public async Task<IPage> Open(string file, int width, string scheme)
    {
        Skip.If(_browser is null, "No Chromium is on this machine (apt-get install chromium, or set CHROME_PATH).");
        var page = await _browser.NewPageAsync();
        List<string> faults = [];
        page.PageError += (_, error) => faults.Add(error.Message);
        page.Console += (_, line) => faults.Add(line.Message.Text);
        page.RequestFailed += (_, request) => faults.Add(request.Request.Url);
        page.Dialog += (_, dialog) => faults.Add(dialog.Dialog.Message);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 800 });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.GoToAsync(new Uri(file).AbsoluteUri);
        if (Environment.GetEnvironmentVariable("TRANSFERLEARNING_SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(
                Path.Combine(folder, $"{Path.GetFileName(Path.GetDirectoryName(file))}-{width}-{scheme}.png"), new ScreenshotOptions { FullPage = true });
        faults.Should().BeEmpty();
        return page;
    }
}
