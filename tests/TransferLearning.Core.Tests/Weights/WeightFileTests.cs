using TransferLearning.TestKit;
using System.Text;
using TransferLearning.Tests.Weights.PyTorch;

namespace TransferLearning.Tests.Weights;

public sealed class WeightFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull")]
    [InlineData("\n<!DOCTYPE html><html>", "web page")]
    [InlineData("<HTML><body>404", "web page")]
    [InlineData("\u0089HDF\r\n\u001a\n", "HDF5")]
    [InlineData("\u0093NUMPY\u0001\u0000", "NumPy")]
    [InlineData("\u001f\u008b\u0008", "compressed")]
    [InlineData("Hello, I am no weights.", "neither safetensors nor")]
    [InlineData("{\"epochs\": 3}", "weight_map")]
    [InlineData("PK", "damaged")]
    public void Files_that_are_met_in_the_place_of_weights_are_named(string content, string reason) =>
        FluentActions.Invoking(() => WeightFile.Open(_folder.Write("w.bin", Encoding.Latin1.GetBytes(content))))
            .Should().Throw<WeightFormatException>().WithMessage($"*{reason}*");

    [Fact]
    public void Tar_archives_are_named()
    {
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        FluentActions.Invoking(() => WeightFile.Open(_folder.Write("w.tar", tar))).Should().Throw<WeightFormatException>()
            .WithMessage("*tar archive*");
    }

    [Fact]
    public void The_content_decides_and_not_the_extension()
    {
        var zip = TestCheckpoint.Zip(Pickle.StateDict(("x", [1])).ToArray(), ("0", TestCheckpoint.Floats(1)));
        using var file = WeightFile.Open(_folder.Write("model.safetensors", zip));
        file.Format.Should().Be("PyTorch zip");
    }

    [Theory]
    [InlineData(0x4b50, "PK")]
    [InlineData(0x017b, "{")]
    [InlineData(0x8b1f, "gzip")]
    public void A_safetensors_file_whose_header_length_looks_like_another_format_is_read(int headerLength, string format)
    {
        var header = """{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(headerLength);
        using var file = WeightFile.Open(
            _folder.Write("model.safetensors", [.. BitConverter.GetBytes((long)headerLength), .. Encoding.ASCII.GetBytes(header), 7]));
        file.Tensors.Should().ContainKey("x", "its length has the bytes of {0}", format);
    }

    [SkippableFact]
    public void A_pipe_is_refused_without_waiting()
    {
        Skip.If(OperatingSystem.IsWindows(), "Its pipes are no files.");
        System.Diagnostics.Process.Start("mkfifo", _folder.File("pipe.pt")).WaitForExit();
        FluentActions.Invoking(() => WeightFile.Open(_folder.File("pipe.pt"))).Should().Throw<WeightFormatException>()
            .WithMessage("*pipe*");
    }

    [Fact]
    public void A_missing_file_or_an_empty_folder_is_named()
    {
        FluentActions.Invoking(() => WeightFile.Open(_folder.File("none.pt"))).Should().Throw<FileNotFoundException>()
            .WithMessage("*none.pt*");
        FluentActions.Invoking(() => WeightFile.Open(_folder.Path)).Should().Throw<FileNotFoundException>()
            .WithMessage("*model.safetensors, *");
    }
}
