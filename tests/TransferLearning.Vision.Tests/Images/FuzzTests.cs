using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

/// <summary>Mutants of image files of every format.</summary>
public sealed class FuzzTests : IDisposable
{
    private static readonly ImageDecodeOptions Strict = new() { MaxPixels = 1_000_000 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rgb_420.jpg")]
    [InlineData("rgb_420_progressive.jpg")]
    [InlineData("rgba_orientation_6.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless_rgba.webp")]
    [InlineData("animated.gif")]
    [InlineData("rgb24.bmp")]
    public void Mutants_decode_or_are_refused(string name) => Fuzzer.Run(name, Golden(name), Decode, typeof(ImageFormatException));

    [Fact]
    public void Mutants_of_a_png_whose_checksums_are_right_decode_or_are_refused() =>
        Fuzzer.Run(
            "png with right checksums", Golden("palette_alpha.png"), png => Decode(Png.WithChecksums(png)), typeof(ImageFormatException));

    private void Decode(byte[] mutant)
    {
        // A file, so that it can be looked at if the native decoder ends the process.
        var path = _folder.Write("mutant", mutant);
        try
        {
            Check(ImageDecoder.Decode(path, Strict with { Tolerant = true }));
        }
        catch (ImageFormatException)
        {
            // What tolerance does not help is refused without it, too.
        }
        Check(ImageDecoder.Decode(path, Strict));
    }

    private static void Check(RgbImage image) =>
        image.Pixels.Length.Should().Be(image.Width * image.Height * 3).And.BeLessThanOrEqualTo(3_000_000);

    private static byte[] Golden(string name) =>
        Convert.FromBase64String(
            GoldenImages.Read("decode.json").GetProperty("inline").EnumerateArray().Single(image => image.Text("name") == name).Text("base64"));
}
