using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights;

public sealed class ShardedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ShardedFileTests()
    {
        using var scope = NewDisposeScope();
        TransferLearning.Safetensors.Write(_folder.File("one.safetensors"), new Dictionary<string, Tensor> { ["a"] = ones(2) });
        TransferLearning.Safetensors.Write(_folder.File("two.safetensors"), new Dictionary<string, Tensor> { ["b"] = zeros(3) });
    }

    public void Dispose() => _folder.Dispose();

    private string Index(string map) => _folder.Write("model.safetensors.index.json", System.Text.Encoding.UTF8.GetBytes($$"""{"metadata":{"total_size":20},"weight_map":{{map}}}"""));

    [Fact]
    public void Reads_across_shards_and_from_their_folder()
    {
        Index("""{"b":"two.safetensors","a":"one.safetensors"}""");
        using var file = WeightFile.Open(_folder.Path);
        file.Format.Should().Be("sharded");
        file.Tensors.Keys.Should().Equal("b", "a");
        using var tensor = file.Read("a");
        tensor.data<float>().Should().Equal(1, 1);
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\r\n  ")]
    public void An_index_may_begin_with_a_byte_order_mark_or_white_space(string start)
    {
        using var file = WeightFile.Open(_folder.Write("i.json", System.Text.Encoding.UTF8.GetBytes(start + """{"weight_map":{"a":"one.safetensors"}}""")));
        file.Tensors.Keys.Should().Equal("a");
    }

    [Theory]
    [InlineData("""{"a":"../one.safetensors"}""", "'../one.safetensors'")]
    [InlineData("""{"a":"/etc/passwd"}""", "'/etc/passwd'")]
    [InlineData("""{"a":"..\\one.safetensors"}""", "plain file name")]
    [InlineData("""{"a":".."}""", "plain file name")]
    [InlineData("""{"a":""}""", "plain file name")]
    [InlineData("""{"a":"one.safetensors","a":"two.safetensors"}""", "Duplicate")]
    [InlineData("""{"c":"one.safetensors"}""", "'one.safetensors' holds tensor 'c'")]
    [InlineData("""{"a":"model.safetensors.index.json"}""", "no weight file")]
    [InlineData("""[]""", "no \"weight_map\"")]
    public void An_index_that_lies_or_leaves_its_folder_is_refused(string map, string reason)
    {
        var path = Index(map);
        FluentActions.Invoking(() => WeightFile.Open(path)).Should().Throw<WeightFormatException>().WithMessage($"*{reason}*");
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        var path = Index("""{"a":"one.safetensors","c":"three.safetensors"}""");
        FluentActions.Invoking(() => WeightFile.Open(path)).Should().Throw<FileNotFoundException>().WithMessage("*'three.safetensors'*");
    }
}
