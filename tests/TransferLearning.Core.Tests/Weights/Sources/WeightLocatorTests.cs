using TransferLearning.TestKit;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning.Tests.Weights.Sources;

public sealed class WeightLocatorTests : IDisposable
{
    private static readonly byte[] Content = "weights"u8.ToArray();
    private static readonly WeightRequest Request = new("tiny_net")
    {
        Package = "TransferLearning.Weights.TinyNet", Repository = "owner/net"
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private WeightPackageSource Package(string card)
    {
        _folder.Write("weights/tiny_net/tiny_net.safetensors", Content);
        _folder.Write("weights/tiny_net/card.json", Encoding.UTF8.GetBytes(card));
        return new(_folder.Path);
    }

    private static string Card(string sha256) => $$$"""{"source":{"package":"tiny 1.0"},"licence":{"spdx":"MIT"},"file":{"sha256":"{{{sha256}}}"}}""";

    [Fact]
    public async Task A_weights_package_beside_the_application_is_found_and_verified()
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Content));
        var location = await new WeightLocator(Package(Card(digest))).FindAsync(Request);
        location.Path.Should().Be(_folder.File(Path.Combine("weights", "tiny_net", "tiny_net.safetensors")));
        location.Provenance.Should().Be(new WeightProvenance("tiny 1.0", digest, "MIT"));
    }

    [Theory]
    [InlineData("""{"source":{"package":"x"},"licence":{"spdx":"MIT"},"file":{"sha256":"00"}}""", "SHA-256")]
    [InlineData("""{"source":{}}""", "no card")]
    [InlineData("nonsense", "no card")]
    public async Task A_weights_package_that_is_damaged_is_refused(string card, string reason) =>
        await FluentActions.Awaiting(() => new WeightLocator(Package(card)).FindAsync(Request)).Should().ThrowAsync<WeightFormatException>()
            .WithMessage($"*{reason}*");

    [Fact]
    public void Finding_on_the_callers_thread_tells_of_downloads_and_is_cancelled()
    {
        using var stop = new StopsAfter<DownloadProgress>(_ => true);
        new WeightLocator(new Endless()).Invoking(locator => locator.Find(Request, stop, stop.Token)).Should()
            .Throw<OperationCanceledException>();
        stop.Told.Should().Equal(new DownloadProgress("a", 1, 2));
    }

    [Fact]
    public async Task A_download_beside_the_application_needs_no_card()
    {
        var path = _folder.Write("weights/tiny_net/model.safetensors", Content);
        var location = await new WeightLocator(new WeightPackageSource(_folder.Path)).FindAsync(Request);
        location.Should().Be(new WeightLocation(path, new("model.safetensors", Convert.ToHexStringLower(SHA256.HashData(Content)))));
    }

    [Theory]
    [InlineData(true, "MIT")]
    [InlineData(false, null)]
    public async Task The_licence_of_a_card_beside_a_file_holds_for_the_file_that_it_describes(bool isOfFile, string? licence)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Content));
        Package(Card(isOfFile ? digest : new string('0', 64)));
        var location = await new WeightFileSource(_folder.File("weights/tiny_net/tiny_net.safetensors")).FindAsync(Request);
        location!.Provenance.Should().Be(new WeightProvenance("tiny_net.safetensors", digest, licence));
    }

    [Fact]
    public async Task A_file_of_another_form_in_the_place_of_a_card_says_nothing_of_a_named_file()
    {
        Package("[]");
        var location = await new WeightFileSource(_folder.File("weights/tiny_net")).FindAsync(Request);
        location!.Should().Be(new WeightLocation(_folder.File(Path.Combine("weights/tiny_net", "tiny_net.safetensors")), new("tiny_net")));
    }

    [Fact]
    public async Task An_id_cannot_leave_its_folder() =>
        await FluentActions.Awaiting(() => new WeightPackageSource(_folder.Path).FindAsync(new("../x"))).Should()
            .ThrowAsync<ArgumentException>();

    [Fact]
    public void The_first_place_that_has_the_weights_is_taken()
    {
        var (first, second) = (_folder.Write("first", Content), _folder.Write("second", Content));
        new WeightLocator(
            new WeightFileSource(_folder.File("none")), new WeightFileSource(first), new WeightFileSource(second)).Find(Request)
                .Path.Should().Be(first);
    }

    [Fact]
    public async Task A_failure_lists_where_it_looked_and_how_to_get_the_weights()
    {
        var options = new HubOptions
        {
            CacheFolder = _folder.File("hub"), Endpoint = new("http://127.0.0.1:1"), Offline = false, Attempts = 1
        };
        var locator = new WeightLocator(new WeightPackageSource(_folder.Path), new HubCacheSource(options), new HubSource(options));
        var exception = await FluentActions.Awaiting(() => locator.FindAsync(Request)).Should().ThrowAsync<FileNotFoundException>();
        exception.Which.InnerException.Should().BeOfType<HttpRequestException>();
        exception.Which.Message.Should().Contain("'tiny_net'").And.Contain(_folder.File("weights")).And.Contain("models--owner--net")
            .And.Contain(
                "http://127.0.0.1:1/owner/net/resolve/main/model.safetensors (").And.EndWith(
                    "dotnet add package TransferLearning.Weights.TinyNet");
    }

    [Fact]
    public async Task Offline_is_said()
    {
        var locator = new WeightLocator(new HubSource(new HubOptions { Offline = true }));
        (await FluentActions.Awaiting(() => locator.FindAsync(Request)).Should().ThrowAsync<FileNotFoundException>()).WithMessage("*offline*");
    }

    private sealed class Endless : IWeightSource
    {
        public string Describe(WeightRequest request) => "an endless place";

        public async Task<WeightLocation?> FindAsync(
            WeightRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
        {
            progress?.Report(new DownloadProgress("a", 1, 2));
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        }
    }
}
