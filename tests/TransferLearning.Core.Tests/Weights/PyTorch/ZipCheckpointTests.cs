using TransferLearning.TestKit;
using System.IO.Compression;
using static TransferLearning.Tests.Weights.PyTorch.TestCheckpoint;

namespace TransferLearning.Tests.Weights.PyTorch;

public sealed class ZipCheckpointTests : IDisposable
{
    private static readonly byte[] Four = Floats(1, 2, 3, 4);
    private static readonly byte[] Dict = Pickle.StateDict(("x", [4])).ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Refusal(byte[] content) => FluentActions.Invoking(() =>
    {
        using var file = WeightFile.Open(_folder.Write("weights.pt", content));
        foreach (var name in file.Tensors.Keys) file.Read(name).Dispose();
    }).Should().Throw<WeightFormatException>().Which.Message;

    [Theory]
    [InlineData("")]
    [InlineData("resnet18/")]
    [InlineData("a/b/")]
    public void Any_prefix_is_read(string prefix)
    {
        using var file = WeightFile.Open(_folder.Write("weights.pt", Archive([($"{prefix}data.pkl", Dict), ($"{prefix}data/0", Four)])));
        using var tensor = file.Read("x");
        tensor.data<float>().Should().Equal(1, 2, 3, 4);
    }

    [Fact]
    public void Compressed_entries_are_read_if_they_are_no_bomb()
    {
        using var file = WeightFile.Open(
            _folder.Write("weights.pt", Archive([("a/data.pkl", Dict), ("a/data/0", Four)], CompressionLevel.Optimal)));
        using var tensor = file.Read("x");
        tensor.data<float>().Should().Equal(1, 2, 3, 4);

        var bomb = Archive(
            [("a/data.pkl", Pickle.StateDict(("x", [10_000_000])).ToArray()), ("a/data/0", new byte[40_000_000])], CompressionLevel.Optimal);
        Refusal(bomb).Should().Contain("bomb");
    }

    [Fact]
    public void A_wrong_checksum_is_found_when_the_tensor_is_read()
    {
        var content = Zip(Dict, ("0", Four));
        content[content.AsSpan().IndexOf(Four)] ^= 1;
        Refusal(content).Should().Contain("checksum").And.Contain("archive/data/0");
    }

    [Fact]
    public void Archives_that_are_no_checkpoint_say_what_they_are()
    {
        Refusal(Archive([("readme.txt", Four)])).Should().Contain("0 entries 'data.pkl'");
        Refusal(Archive([("a/data.pkl", Dict), ("b/data.pkl", Dict)])).Should().Contain("2 entries 'data.pkl'");
        Refusal(Archive([("a/data.pkl", Dict), ("a/data.pkl", Dict)])).Should().Contain("twice");
        Refusal(Archive([("a/data.pkl", Dict), ("a/constants.pkl", Dict)])).Should().Contain("TorchScript");
        Refusal(Archive([("a/data.pkl", Dict), ("a/data/0", Four), ("a/byteorder", "big"u8.ToArray())])).Should().Contain("big-endian");
        Refusal(Archive([("a/data.pkl", Dict)])).Should().Contain("lacks storage '0'");
        Refusal(Zip(Dict, ("0", Four))[..^30]).Should().Contain("damaged or cut off");
    }
}
