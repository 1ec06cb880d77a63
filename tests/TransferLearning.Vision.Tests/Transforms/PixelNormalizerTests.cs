using System.Runtime.InteropServices;
using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

public class PixelNormalizerTests
{
    [Fact]
    public void Every_byte_becomes_torchvisions_float_to_the_bit()
    {
        var expected = Tensor("normalized_torchvision");
        var image = new RgbImage(256, 1, [.. Enumerable.Range(0, 256).SelectMany(v => new[] { (byte)v, (byte)v, (byte)v })]);
        var values = new float[3 * 256];
        new PixelNormalizer(new ImageSpec()).Write(image, values);
        MemoryMarshal.AsBytes(values.AsSpan()).SequenceEqual(expected).Should().BeTrue();
    }

    [Fact]
    public void Division_by_255_is_exact_to_the_bit()
    {
        var values = new float[3 * 256];
        new PixelNormalizer(new ImageSpec { Mean = [0, 0, 0], Std = [1, 1, 1] })
            .Write(new(256, 1, [.. Enumerable.Range(0, 256).SelectMany(v => new byte[] { (byte)v, 0, 0 })]), values);
        values[..256].Select(v => $"{BitConverter.SingleToUInt32Bits(v):x8}")
            .Should().Equal(GoldenImages.Read("bits.json").GetProperty("divide").GetProperty("bits").Deserialize<string[]>());
    }

    [Fact]
    public void Planes_come_one_after_the_other()
    {
        var values = new float[6];
        new PixelNormalizer(new ImageSpec { Mean = [0, 0, 0], Std = [1, 1, 1] }).Write(new(2, 1, [0, 51, 102, 153, 204, 255]), values);
        values.Should().Equal(0, 0.6f, 0.2f, 0.8f, 0.4f, 1);
    }

    private static byte[] Tensor(string name)
    {
        var file = File.ReadAllBytes(TestFiles.Golden("images/bits.safetensors"));
        var header = (int)BitConverter.ToInt64(file);
        var offsets = JsonDocument.Parse(file.AsMemory(8, header)).RootElement.GetProperty(name).GetProperty("data_offsets")
            .Deserialize<int[]>()!;
        return file[(8 + header + offsets[0])..(8 + header + offsets[1])];
    }
}
