using TransferLearning.TestKit;
using System.Text;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(string header, int dataLength) =>
        _folder.Write(
            "w.safetensors", [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataLength]]);

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "'w' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"dtype":"F32","data_offsets":[0,8]}}""", 8, "'w' has dtype twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}""", 8, "'w' has shape twice")]
    [InlineData("""{"__metadata__":{"a":"1"},"__metadata__":{}}""", 0, "__metadata__ twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "'a' twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "'v' overlaps")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "4 bytes before tensor 'w'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes but has 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "1 bytes at the end are missing")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes follow")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "shape [-2]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "shape [2.5]")]
    [InlineData("""{"w":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "shape [")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "impossible size")]
    [InlineData("""{"w":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,0]}}""", 0, "impossible size")]
    [InlineData("""{"w":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "impossible size")]
    [InlineData("""{"w":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "impossible size")]
    [InlineData("""{"w":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown dtype 'F33'")]
    [InlineData("""{"w":{"shape":[2],"data_offsets":[0,8]}}""", 8, "no dtype")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "no shape")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", 8, "no data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "no range")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", 8, "no range")]
    [InlineData("""{"w":7}""", 0, "no JSON object")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "'a' is no string")]
    [InlineData("""{"__metadata__":[]}""", 0, "no JSON object")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "is no text")]
    [InlineData("""[]""", 0, "begin with '{'")]
    [InlineData("""{"w":""", 0, "not valid JSON")]
    [InlineData("", 0, "begin with '{'")]
    public void A_header_that_breaks_a_rule_is_refused(string header, int dataLength, string reason)
    {
        var path = Write(header, dataLength);
        FluentActions.Invoking(() => WeightFile.Open(path)).Should().Throw<WeightFormatException>()
            .Where(exception => exception.Path == path).WithMessage($"'{path}' is not a valid safetensors file*{reason}*");
    }

    [Fact]
    public void A_header_length_beyond_the_file_is_refused()
    {
        FluentActions.Invoking(
            () => WeightFile.Open(_folder.Write("a.safetensors", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, (byte)'{'])))
            .Should().Throw<WeightFormatException>().WithMessage("*18446744073709551615*");
        FluentActions.Invoking(() => WeightFile.Open(_folder.Write("b.safetensors", [99, 0, 0, 0, 0, 0, 0, 0, (byte)'{'])))
            .Should().Throw<WeightFormatException>().WithMessage("*99 bytes*has 9*");
    }

    [Fact]
    public void More_dimensions_than_torch_takes_are_refused()
    {
        var shape = string.Join(",", Enumerable.Repeat(1, 65));
        FluentActions.Invoking(() => WeightFile.Open(Write($$$"""{"w":{"dtype":"U8","shape":[{{{shape}}}],"data_offsets":[0,1]}}""", 1)))
            .Should().Throw<WeightFormatException>().WithMessage("*65 dimensions*");
    }

    [Fact]
    public void A_type_that_torch_lacks_is_listed_but_not_read()
    {
        using var file = WeightFile.Open(Write("""{"w":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]}}""", 3));
        file.Tensors["w"].Type.Should().BeNull();
        file.Invoking(f => f.Read("w")).Should().Throw<NotSupportedException>().WithMessage("*'w'*F8_E4M3 [3]*");
    }

    [Fact]
    public void An_unknown_name_gets_the_nearest()
    {
        using var file = WeightFile.Open(Write("""{"fc.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8));
        file.Invoking(f => f.Read("fc.wieght")).Should().Throw<KeyNotFoundException>()
            .WithMessage("*'fc.wieght'*Did you mean 'fc.weight'?");
    }

    [SkippableFact]
    public void A_file_that_is_cut_while_open_is_refused_instead_of_ending_the_process()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows does not cut mapped files.");
        var path = Write("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        using var file = WeightFile.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            stream.SetLength(20);
        file.Invoking(f => f.Read("w")).Should().Throw<WeightFormatException>().WithMessage("*shorter*");
    }

    [Fact]
    public void Tensors_outlive_the_file_and_many_threads_may_read()
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors;
        using (var file = WeightFile.Open(Write("""{"w":{"dtype":"F32","shape":[256],"data_offsets":[0,1024]}}""", 1024)))
            tensors = [.. Enumerable.Range(0, 32).AsParallel().WithDegreeOfParallelism(4).Select(_ => file.Read("w"))];
        foreach (var tensor in tensors)
        {
            tensor.sum().item<float>().Should().Be(0);
            tensor.Dispose();
        }
    }
}
