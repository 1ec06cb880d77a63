using TransferLearning.TestKit;
namespace TransferLearning.Tests.Weights.Sources;

public sealed class HubCacheSourceTests : IDisposable
{
    private static readonly WeightRequest Request = new("net") { Repository = "owner/net" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<WeightLocation?> FindAsync(WeightRequest request) =>
        new HubCacheSource(new() { CacheFolder = _folder.Path }).FindAsync(request);

    [SkippableFact]
    public async Task Links_to_blobs_are_followed_as_Python_makes_them()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        _folder.Write("models--owner--net/refs/main", "c0ffee\n"u8);
        _folder.Write("models--owner--net/blobs/abc", "weights"u8);
        var snapshot = _folder.File("models--owner--net/snapshots/c0ffee");
        Directory.CreateDirectory(snapshot);
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors"), "../../blobs/abc");
        File.CreateSymbolicLink(Path.Combine(snapshot, "broken.bin"), "../../blobs/none");
        (await FindAsync(Request))!.Path.Should().Be(Path.Combine(snapshot, "model.safetensors"));
        (await FindAsync(Request with { File = "broken.bin" })).Should().BeNull();
    }

    [Fact]
    public async Task A_commit_needs_no_reference()
    {
        var path = _folder.Write("models--owner--net/snapshots/c0ffee/onnx/model.bin", "weights"u8);
        (await FindAsync(Request with { Revision = "c0ffee", File = "onnx/model.bin" }))!.Path.Should().Be(path);
        (await FindAsync(Request)).Should().BeNull();
    }

    [Theory]
    [InlineData("../../..")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("/etc")]
    public async Task A_reference_that_leaves_the_cache_is_not_followed(string commit)
    {
        _folder.Write("models--owner--net/refs/main", System.Text.Encoding.UTF8.GetBytes(commit));
        _folder.Write("models--owner--net/model.safetensors", "x"u8);
        (await FindAsync(Request)).Should().BeNull();
    }

    [Fact]
    public async Task A_file_with_another_checksum_is_refused()
    {
        _folder.Write("models--owner--net/snapshots/main/model.safetensors", "weights"u8);
        await FluentActions.Awaiting(() => FindAsync(Request with { Sha256 = new string('0', 64) })).Should()
            .ThrowAsync<WeightFormatException>().WithMessage("*Delete it*");
    }
}
