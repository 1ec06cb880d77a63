using FluentAssertions;
using PuppeteerSharp;
using Xunit;

namespace TransferLearning.TestKit;

/// <summary>The browser: that of the environment variable CHROME_PATH, or the system's. Tests are skipped where there is none.</summary>
public sealed class Chromium : IAsyncLifetime
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

    /// <summary>A page at a size, in light or dark; what it cannot load, and what it says, fails the test.</summary>
    /// <param name="address">Where the page is.</param>
    /// <param name="width">Pixels of the window.</param>
    /// <param name="height">Pixels of the window.</param>
    /// <param name="scheme"><c>light</c> or <c>dark</c>.</param>
    /// <param name="isReady">A function of the page that tells when it is complete; null (default): when it is loaded.</param>
    public async Task<IPage> Open(Uri address, int width, int height, string scheme, string? isReady = null)
    {
        Skip.If(_browser is null, "No Chromium is on this machine (apt-get install chromium, or set CHROME_PATH).");
        var page = await _browser.NewPageAsync();
        List<string> faults = [];
        page.PageError += (_, error) => faults.Add(error.Message);
        page.Console += (_, line) => faults.Add(line.Message.Text);
        page.RequestFailed += (_, request) => faults.Add(request.Request.Url);
        page.Dialog += (_, dialog) => faults.Add(dialog.Dialog.Message);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.GoToAsync(address.AbsoluteUri);
        if (isReady is not null) await page.WaitForFunctionAsync(isReady);
        faults.Should().BeEmpty();
        return page;
    }

    /// <summary>Writes a picture of the whole page into the folder that TRANSFERLEARNING_SCREENSHOTS names; without it, nothing.</summary>
    public static async Task Show(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TRANSFERLEARNING_SCREENSHOTS") is { } folder)
            await page.ScreenshotAsync(Path.Combine(folder, $"{name}.png"), new ScreenshotOptions { FullPage = true });
    }
}
