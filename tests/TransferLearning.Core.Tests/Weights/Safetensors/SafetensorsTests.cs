using TransferLearning.TestKit;
using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights.Safetensors;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private string Write(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        TransferLearning.Safetensors.Write(_folder.File("out.safetensors"), tensors, metadata);
        return _folder.File("out.safetensors");
    }

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
        ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.ComplexFloat32,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void What_is_written_is_read_back(ScalarType type)
    {
        var values = tensor(new[] { 0f, 1, 2, 3, 100, 127 }).reshape(2, 3).to(type);
        using var file = WeightFile.Open(Write(new() { ["values"] = values, ["number"] = values[1, 2], ["empty"] = values[..0] }));
        var read = file.Read("values");
        (read.dtype, read.device_type).Should().Be((type, DeviceType.CPU));
        read.shape.Should().Equal(2, 3);
        read.eq(values).all().item<bool>().Should().BeTrue();
        file.Read("number").shape.Should().BeEmpty();
        file.Read("empty").shape.Should().Equal(0, 3);
    }

    [Fact]
    public void A_view_is_written_by_its_own_elements()
    {
        using var file = WeightFile.Open(Write(new() { ["t"] = arange(6, ScalarType.Float32).reshape(2, 3).t()[1..] }));
        file.Read("t").data<float>().Should().Equal(1, 4, 2, 5);
    }

    [Fact]
    public void A_trained_parameter_can_be_written()
    {
        using var linear = nn.Linear(2, 2);
        using var file = WeightFile.Open(Write(new() { ["weight"] = linear.weight! }));
        file.Read("weight").requires_grad.Should().BeFalse();
    }

    [Fact]
    public void The_layout_is_that_of_the_reference_implementation()
    {
        var path = Write(
            new() { ["b"] = ones(1, ScalarType.Byte), ["a"] = ones(1), ["c"] = ones(1, ScalarType.Int64) }, new() { ["z"] = "1", ["format"] = "pt" });
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        (length % 8).Should().Be(0);
        Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' ').Should().Be(
            """{"__metadata__":{"format":"pt","z":"1"},"c":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"b":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}""");
        bytes.Length.Should().Be(8 + length + 13);
    }

    [Fact]
    public void Text_that_cannot_be_read_again_is_refused_before_anything_is_written()
    {
        Refused(() => Write(new() { ["a\ud800"] = ones(1) }));
        Refused(() => Write([], new() { ["\udc00"] = "" }));
        Refused(() => Write([], new() { ["key"] = "\ud800" }));
        File.Exists(_folder.File("out.safetensors")).Should().BeFalse();

        static void Refused(Action write) => write.Should().Throw<ArgumentException>().WithMessage("*surrogate pair*");
    }

    [Fact]
    public void Equal_content_gives_equal_bytes_and_metadata_is_read_back()
    {
        var first = File.ReadAllBytes(Write(new() { ["a"] = ones(2), ["é\""] = zeros(3) }, new() { ["x"] = "1", ["labels"] = """["né","\n"]""" }));
        var path = Write(new() { ["é\""] = zeros(3), ["a"] = ones(2) }, new() { ["labels"] = """["né","\n"]""", ["x"] = "1" });
        File.ReadAllBytes(path).Should().Equal(first);
        using var file = WeightFile.Open(path);
        file.Metadata.Should().Equal(new Dictionary<string, string> { ["x"] = "1", ["labels"] = """["né","\n"]""" });
        file.Tensors.Keys.Should().Equal("a", "é\"");
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else()
    {
        var path = Write(new() { ["a"] = ones(2) });
        var before = File.ReadAllBytes(path);
        FluentActions.Invoking(() => Write(new() { ["x"] = ones(1, ScalarType.ComplexFloat64) })).Should().Throw<ArgumentException>()
            .WithMessage("*'x'*ComplexFloat64*");
        FluentActions.Invoking(() => Write(new() { ["__metadata__"] = ones(1) })).Should().Throw<ArgumentException>()
            .WithMessage("*__metadata__*");
        KeyValuePair<string, Tensor>[] twice = [new("a", ones(1)), new("a", ones(1))];
        FluentActions.Invoking(() => TransferLearning.Safetensors.Write(path, twice)).Should().Throw<ArgumentException>()
            .WithMessage("*'a'*twice*");
        var disposed = ones(1);
        var entries = new Dictionary<string, Tensor> { ["a"] = disposed };
        disposed.Dispose();
        FluentActions.Invoking(() => Write(entries)).Should().Throw<Exception>();
        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(_folder.Path).Should().Equal(path);
    }
}
