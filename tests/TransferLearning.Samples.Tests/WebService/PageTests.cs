using PuppeteerSharp;
using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.WebService;

/// <summary>The page in Chromium; skipped where there is none.</summary>
public sealed class PageTests(Service service, Chromium browser) : IClassFixture<Service>, IClassFixture<Chromium>
{
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
        await Chromium.Show(page, $"web-{width}-{scheme}");
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

    private Task<IPage> Open(int width, int height, string scheme) => browser.Open(
        service.Client.BaseAddress!, width, height, scheme, "() => document.getElementById('text-classes').textContent");

    private static Task<string> Text(IPage page, string selector) =>
        page.QuerySelectorAsync(selector).EvaluateFunctionAsync<string>("element => element.textContent");
}
