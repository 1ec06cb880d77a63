using System.Security.Cryptography;
using TransferLearning.TestKit;

namespace TransferLearning.Tests.Weights.Sources;

public sealed class TorchHubCacheSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TorchHubCacheSource _source;

    public TorchHubCacheSourceTests() => _source = new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_found_whose_name_has_the_first_digits_of_its_checksum()
    {
        byte[] weights = [1, 2, 3];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(weights));
        var file = $"net-{sha256[..8]}.pth";
        File.WriteAllBytes(Path.Combine(_folder.Path, file), weights);

        var found = await _source.FindAsync(new("net") { TorchFile = file });

        found!.Path.Should().Be(Path.Combine(_folder.Path, file));
        found.Provenance.Should().BeEquivalentTo(new { Source = $"torch hub {file}", Sha256 = sha256 });
    }

    [Fact]
    public async Task A_file_with_other_bytes_than_its_name_says_is_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "net-01234567.pth"), [1, 2, 3]);

        var find = () => _source.FindAsync(new("net") { TorchFile = "net-01234567.pth" });

        (await find.Should().ThrowAsync<WeightFormatException>()).WithMessage("*does not begin as its name says*");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("absent-01234567.pth")]
    public async Task What_is_not_there_is_not_found(string? file) =>
        (await _source.FindAsync(new("net") { TorchFile = file })).Should().BeNull();

    [Fact]
    public async Task A_name_stays_in_the_folder()
    {
        var find = () => _source.FindAsync(new("net") { TorchFile = "../net.pth" });

        await find.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public void The_place_says_where_the_file_can_be_had() => _source.Describe(new("vgg16") { TorchFile = "vgg16-397923af.pth" })
        .Should().Contain(_folder.Path).And.Contain("https://download.pytorch.org/models/vgg16-397923af.pth");
}
