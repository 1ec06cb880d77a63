using TransferLearning.TestKit;
using System.Security.Cryptography;
using static TransferLearning.TestKit.HubServer;

namespace TransferLearning.Tests.Weights.Sources;

public sealed class HubSourceTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31 >> 3))];
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Content));
    private static readonly WeightRequest Request = new("net") { Repository = "owner/net", Sha256 = Digest };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private HubOptions Options(HubServer server) => new()
    {
        Endpoint = server.Address,
        CacheFolder = _folder.File("hub"),
        Offline = false,
        Attempts = 3,
        Backoff = TimeSpan.FromMilliseconds(1),
        Silence = TimeSpan.FromSeconds(20),
    };

    private Task<WeightLocation?> FindAsync(
        HubServer server, WeightRequest? request = null, IProgress<DownloadProgress>? progress = null) =>
        new HubSource(Options(server)).FindAsync(request ?? Request, progress);

    private string[] Leftovers =>
        [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => file.Contains("blobs"))];

    [Fact]
    public async Task A_file_is_downloaded_once_into_the_layout_of_the_cache()
    {
        using var server = new HubServer(request => Answer("200 OK", Content, null, "ETag: \"v1\"", $"X-Repo-Commit: {Commit}"));
        var location = await FindAsync(server);
        location!.Path.Should().Be(Path.Combine(_folder.File("hub"), "models--owner--net", "snapshots", Commit, "model.safetensors"));
        File.ReadAllBytes(location.Path).Should().Equal(Content);
        File.ReadAllText(Path.Combine(_folder.File("hub"), "models--owner--net", "refs", "main")).Should().Be(Commit);
        location.Provenance.Should().Be(new WeightProvenance("owner/net@main", Digest));
        (await FindAsync(server)).Should().Be(location);
        (await new HubCacheSource(Options(server)).FindAsync(Request)).Should().Be(location);
        server.Requests.Should().Equal("/owner/net/resolve/main/model.safetensors");
        Leftovers.Should().BeEmpty();
    }

    [Fact]
    public async Task A_broken_connection_is_continued_where_it_broke()
    {
        List<int> starts = [];
        using var server = new HubServer(request =>
        {
            starts.Add(request.Start);
            return Serve(request, Content, sent: request.Number == 1 ? 30_000 : null);
        });
        var location = await FindAsync(server);
        File.ReadAllBytes(location!.Path).Should().Equal(Content);
        starts.Should().HaveCount(2);
        starts[1].Should().BePositive();
    }

    [Fact]
    public async Task A_download_that_failed_is_continued_by_the_next_process()
    {
        using (var broken = new HubServer(request => Serve(request, Content, sent: request.Number == 1 ? 30_000 : 0)))
            await FluentActions.Awaiting(() => FindAsync(broken)).Should().ThrowAsync<HttpRequestException>()
                .WithMessage("*failed in 3 attempts*");
        Directory.EnumerateFiles(_folder.Path, "model.safetensors", SearchOption.AllDirectories).Should().BeEmpty();

        using var server = new HubServer(request => Serve(request, Content));
        List<long> received = [];
        (await FindAsync(server, progress: new Listener(report => received.Add(report.Received)))).Should().NotBeNull();
        received[0].Should().BeGreaterThan(30_000 - 1);
        received[^1].Should().Be(Content.Length);
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_downloaded_from_the_beginning()
    {
        byte[] old = new byte[50_000];
        using var server = new HubServer(
            request => request.Number == 1 ? Serve(request, old, sent: 20_000) : Serve(request, Content, tag: "\"v2\""));
        File.ReadAllBytes((await FindAsync(server))!.Path).Should().Equal(Content);
    }

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("503 Service Unavailable")]
    [InlineData("429 Too Many Requests")]
    [InlineData("416 Range Not Satisfiable")]
    public async Task Passing_failures_are_tried_again(string status)
    {
        using var server = new HubServer(request => request.Number < 3 ? Answer(status, []) : Serve(request, Content));
        (await FindAsync(server)).Should().NotBeNull();
        server.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task Lasting_failures_are_not_tried_again()
    {
        using var server = new HubServer(_ => Answer("401 Unauthorized", []));
        await FluentActions.Awaiting(() => FindAsync(server)).Should().ThrowAsync<HttpRequestException>().WithMessage("*401*token*");
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task What_the_hub_has_not_is_not_found()
    {
        using var server = new HubServer(_ => Answer("404 Not Found", []));
        (await FindAsync(server)).Should().BeNull();
        (await FindAsync(server, new("net"))).Should().BeNull("there is no repository");
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Files_beside_the_weights_come_first_and_may_be_absent()
    {
        using var server = new HubServer(request => request.Path.EndsWith("absent.json", StringComparison.Ordinal)
            ? Answer("404 Not Found", [])
            : Answer("200 OK", Content, null, $"X-Repo-Commit: {Commit}"));
        var location = await FindAsync(server, Request with { Companions = ["config.json", "absent.json", "1_Pooling/config.json"] });

        var folder = Path.GetDirectoryName(location!.Path)!;
        File.Exists(Path.Combine(folder, "config.json")).Should().BeTrue();
        File.Exists(Path.Combine(folder, "1_Pooling", "config.json")).Should().BeTrue();
        server.Requests.Select(request => request[(request.LastIndexOf("main", StringComparison.Ordinal) + 5)..])
            .Should().Equal("config.json", "absent.json", "1_Pooling/config.json", "model.safetensors");
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing_behind()
    {
        using var server = new HubServer(request => Serve(request, new byte[1000]));
        await FluentActions.Awaiting(() => FindAsync(server)).Should().ThrowAsync<WeightFormatException>()
            .WithMessage($"*{Digest} was expected*");
        Directory.EnumerateFiles(_folder.File("hub"), "*", SearchOption.AllDirectories).Should()
            .OnlyContain(file => file.EndsWith(".lock"));
    }

    [Theory]
    [InlineData("<html>Log in</html>", "Content-Type: text/html; charset=utf-8", "*web page*")]
    [InlineData("<html>Log in</html>", "Content-Type: application/octet-stream", "*no usable weights*web page*")]
    [InlineData("{}", "Content-Type: application/json", "*no usable weights*")]
    [InlineData("", "X: y", "*empty file*")]
    public async Task What_a_portal_answers_without_a_checksum_does_not_enter_the_cache(string body, string header, string message)
    {
        using var server = new HubServer(_ => Answer("200 OK", System.Text.Encoding.UTF8.GetBytes(body), null, header));
        await FluentActions.Awaiting(() => FindAsync(server, Request with { Sha256 = null })).Should().ThrowAsync<Exception>()
            .WithMessage(message);
        Directory.EnumerateFiles(_folder.Path, "model.safetensors", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task Half_a_file_without_length_and_checksum_does_not_enter_the_cache()
    {
        TransferLearning.Safetensors.Write(_folder.File("whole"), [KeyValuePair.Create("x", TorchSharp.torch.zeros(100))]);
        var whole = File.ReadAllBytes(_folder.File("whole"));
        using (var server = new HubServer(_ => Answer("200 OK", whole[..^50])))
            await FluentActions.Awaiting(() => FindAsync(server, Request with { Sha256 = null })).Should()
                .ThrowAsync<WeightFormatException>().WithMessage("*no usable weights*");
        using (var server = new HubServer(_ => Answer("200 OK", whole)))
            (await FindAsync(server, Request with { Sha256 = null })).Should().NotBeNull();
    }

    [Fact]
    public async Task A_broken_note_of_a_partial_download_is_passed_over()
    {
        using var server = new HubServer(request => Serve(request, Content, sent: request.Number <= 3 ? 30_000 : null));
        await FluentActions.Awaiting(() => FindAsync(server)).Should().ThrowAsync<HttpRequestException>();
        File.WriteAllText(Leftovers.Single(file => Path.GetExtension(file) == ".etag"), "\"half");
        (await FindAsync(server)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_cache_that_cannot_be_used_is_named()
    {
        using var server = new HubServer(request => Serve(request, Content));
        var options = Options(server) with { CacheFolder = Path.Combine(_folder.Write("file", "x"u8), "hub") };
        var locator = new WeightLocator(new HubCacheSource(options), new HubSource(options));
        await FluentActions.Awaiting(() => locator.FindAsync(Request)).Should().ThrowAsync<FileNotFoundException>()
            .WithMessage("*Looked in*hub*cannot be used*HF_HUB_CACHE*");
    }

    [Theory]
    [InlineData("hub.example")]
    [InlineData("hub.example:8080")]
    [InlineData("ftp://hub.example")]
    public void An_endpoint_that_is_no_address_is_named(string text) =>
        FluentActions.Invoking(() => HubOptions.Address(text)).Should().Throw<InvalidOperationException>()
            .WithMessage($"HF_ENDPOINT is '{text}'*");

    [Fact]
    public void An_endpoint_that_is_not_needed_is_not_looked_at()
    {
        var before = Environment.GetEnvironmentVariable("HF_ENDPOINT");
        Environment.SetEnvironmentVariable("HF_ENDPOINT", "hub.example");
        try
        {
            new HubSource(new() { Offline = true }).Describe(Request).Should().Contain("offline");
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_ENDPOINT", before);
        }
    }

    [Fact]
    public void White_space_around_a_token_is_taken_off() => new HubOptions { Token = " hf_secret\n" }.Token.Should().Be("hf_secret");

    [Fact]
    public async Task A_bad_first_part_is_fetched_again()
    {
        byte[] bad = [.. Content];
        bad[5] ^= 1;
        using var server = new HubServer(request => request.Number == 1 ? Serve(request, bad, sent: 50_000) : Serve(request, Content));
        File.ReadAllBytes((await FindAsync(server))!.Path).Should().Equal(Content);
        server.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task The_checksum_that_the_hub_names_is_checked_through_redirects()
    {
        using var server = new HubServer(request => request.Path == "/storage"
            ? Serve(request, Content)
            : Answer("302 Found", [], null, "Location: /storage", $"X-Repo-Commit: {Commit}", $"X-Linked-Etag: \"{new string('0', 64)}\""));
        await FluentActions.Awaiting(() => FindAsync(server, Request with { Sha256 = null })).Should().ThrowAsync<WeightFormatException>()
            .WithMessage("*0000 was expected*");
        (await FindAsync(server))!.Path.Should().Contain(Commit);
    }

    [Fact]
    public async Task A_token_goes_to_the_hub_and_not_to_the_storage_behind_it()
    {
        var (toHub, toStorage) = ("", "none came");
        using var storage = new HubServer(request =>
        {
            toStorage = request.Authorization;
            return Serve(request, Content);
        });
        using var hub = new HubServer(request =>
        {
            toHub = request.Authorization;
            return Answer("302 Found", [], null, $"Location: {storage.Address}file", $"X-Repo-Commit: {Commit}");
        });
        var options = Options(hub) with { Token = "hf_secret" };
        (await new HubSource(options).FindAsync(Request)).Should().NotBeNull();
        toHub.Should().Be("Bearer hf_secret");
        toStorage.Should().BeEmpty();
        options.ToString().Should().NotContain("hf_secret");
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        using var server = new HubServer(_ => Answer("302 Found", [], null, "Location: /again"));
        await FluentActions.Awaiting(() => FindAsync(server)).Should().ThrowAsync<HttpRequestException>().WithMessage("*without end*");
    }

    [Theory]
    [InlineData("file:///etc/hosts")]
    [InlineData("ftp://127.0.0.1/file")]
    public async Task Only_the_web_is_followed(string location)
    {
        using var server = new HubServer(_ => Answer("302 Found", [], null, $"Location: {location}"));
        await FluentActions.Awaiting(() => FindAsync(server)).Should().ThrowAsync<HttpRequestException>()
            .WithMessage($"*leads to {location}: only http and https*");
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_download_that_is_too_slow_ends()
    {
        using var server = new HubServer(_ => Answer("200 OK", Content));
        var options = Options(server) with { Clock = new HourlyClock() };
        await FluentActions.Awaiting(() => new HubSource(options).FindAsync(Request)).Should().ThrowAsync<HttpRequestException>()
            .WithMessage("*failed in 3 attempts*bytes came in 3600 seconds*LeastSpeed*");
        (await new HubSource(options with { LeastSpeed = 0 }).FindAsync(Request)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_file_without_length_and_end_ends()
    {
        byte[] answer = [.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, .. Content];
        using var server = new HubServer(_ => answer);
        var options = Options(server) with { MaxUndeclaredLength = 50_000 };
        await FluentActions.Awaiting(() => new HubSource(options).FindAsync(Request)).Should().ThrowAsync<HttpRequestException>()
            .WithMessage("*more than 50000 bytes*");
        server.Requests.Should().ContainSingle();
        Leftovers.Where(file => new FileInfo(file).Length > 0).Should().BeEmpty();
        (await new HubSource(options with { MaxUndeclaredLength = 100_000 }).FindAsync(Request)).Should().NotBeNull();
    }

    [SkippableFact]
    public async Task A_full_disk_ends_a_download_at_once_and_keeps_nothing_of_it()
    {
        Skip.IfNot(File.Exists("/dev/full"), "Only Linux has a disk that is always full.");
        using var server = new HubServer(request => Serve(request, Content));
        var partial = new HubCache(Options(server).CacheFolder).Partial(HubFile.Of(Request)!);
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        File.CreateSymbolicLink(partial, "/dev/full");
        await FluentActions.Awaiting(() => FindAsync(server)).Should().ThrowAsync<IOException>()
            .WithMessage("*cache folder*disk is full*Make room*HF_HUB_CACHE*");
        server.Requests.Should().ContainSingle();
        Leftovers.Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_is_asked_of_the_hub_while_offline()
    {
        using var server = new HubServer(_ => Answer("200 OK", Content));
        (await new HubSource(Options(server) with { Offline = true }).FindAsync(Request)).Should().BeNull();
        server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("../evil", "main", "model.safetensors")]
    [InlineData("owner/../..", "main", "model.safetensors")]
    [InlineData("a/b/c", "main", "model.safetensors")]
    [InlineData("owner/net", "../../x", "model.safetensors")]
    [InlineData("owner/net", "main", "../model.safetensors")]
    [InlineData("owner/net", "main", "/etc/passwd")]
    [InlineData("owner/net", "main", "a\\b")]
    [InlineData("owner/net", "main?x=1", "model.safetensors")]
    public async Task Names_that_leave_their_folder_or_address_are_refused(string repository, string revision, string file)
    {
        using var server = new HubServer(_ => Answer("200 OK", Content));
        var request = new WeightRequest("net") { Repository = repository, Revision = revision, File = file };
        await FluentActions.Awaiting(() => FindAsync(server, request)).Should().ThrowAsync<ArgumentException>();
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Cancelling_keeps_what_was_received()
    {
        using var cancellation = new CancellationTokenSource();
        using var server = new HubServer(request => Serve(request, Content));
        var source = new HubSource(Options(server));
        await FluentActions.Awaiting(
            () => source.FindAsync(Request, new Listener(_ => cancellation.Cancel()), cancellation.Token)).Should()
                .ThrowAsync<OperationCanceledException>();
        Leftovers.Should().Contain(file => file.EndsWith(".incomplete") && new FileInfo(file).Length > 0);
        (await source.FindAsync(Request)).Should().NotBeNull();
    }

    [Fact]
    public async Task Downloads_of_one_file_at_the_same_time_are_one_download()
    {
        using var server = new HubServer(request => Serve(request, Content));
        var locations = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => FindAsync(server))));
        locations.Distinct().Should().ContainSingle();
        File.ReadAllBytes(locations[0]!.Path).Should().Equal(Content);
        server.Requests.Should().ContainSingle();
    }

    private sealed class Listener(Action<DownloadProgress> action) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => action(value);
    }

    /// <summary>An hour passes whenever it is looked at.</summary>
    private sealed class HourlyClock : TimeProvider
    {
        private long _hours;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _hours) * TimeSpan.TicksPerHour;
    }
}
