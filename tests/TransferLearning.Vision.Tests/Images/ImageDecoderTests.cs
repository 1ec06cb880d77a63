using System.Text;
using System.Text.Json;
using SkiaSharp;
using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

public class ImageDecoderTests
{
    private static readonly ImageDecodeOptions AsPillow = new() { Background = null, ApplyOrientation = false };
    private static readonly JsonElement Golden = GoldenImages.Read("decode.json");

    // Where Skia's colours differ from Pillow's by design (docs of the reference): 5 and 6 bit channels, the hidden colours of
    // transparent GIF and RLE pixels; and files whose transparency Pillow misses, or lays over 16-bit values that it has clipped.
    private static readonly string[] OtherColours =
        ["rgb16.bmp", "rgb16-565.bmp", "transparent.gif", "different_transparency.gif", "border_touching_layers.gif", "pal8rletrns.bmp"];

    private static readonly string[] MissedTransparency = ["tbbn0g04.png", "tbwn0g16.png", "i_trns.png"];

    [Fact]
    public void Small_files_decode_to_Pillows_bytes()
    {
        foreach (var c in Golden.GetProperty("inline").EnumerateArray())
            Check(c, c.Text("name"), Convert.FromBase64String(c.Text("base64")));
    }

    [SkippableFact]
    public void Real_and_odd_files_decode_to_Pillows_bytes()
    {
        foreach (var c in Golden.GetProperty("files").EnumerateArray())
        {
            var file = c.Text("file");
            var bytes = File.ReadAllBytes(GoldenImages.DataFile(file));
            if (c.Text("format") == "TIFF")
                ((Action)(() => ImageDecoder.Decode(bytes))).Should().Throw<ImageFormatException>(file)
                    .WithMessage("*TIFF*Convert it to*PNG*");
            else
                Check(c, Path.GetFileName(file), bytes);
        }
    }

    private static void Check(JsonElement c, string name, byte[] bytes)
    {
        if (!OtherColours.Contains(name)) Same(c.GetProperty(c.TryGetProperty("high_byte", out _) ? "high_byte" : "rgb"), AsPillow);
        if (c.GetProperty("upright").ValueKind == JsonValueKind.Object)
            Same(c.GetProperty("upright"), AsPillow with { ApplyOrientation = true });
        if (c.TryGetProperty("on_white", out var onWhite) && !MissedTransparency.Contains(name))
            Same(onWhite, new() { ApplyOrientation = false });

        void Same(JsonElement expected, ImageDecodeOptions options)
        {
            var image = ImageDecoder.Decode(bytes, options);
            (image.Width, image.Height).Should().Be(
                (expected.GetProperty("size")[0].GetInt32(), expected.GetProperty("size")[1].GetInt32()), name);
            GoldenImages.Sha256(image).Should().Be(expected.Sha256Of(), $"{name} with {options}");
        }
    }

    [SkippableFact]
    public void Damaged_files_are_refused_as_Pillow_does()
    {
        // Skia reads the first in spite of its unknown compression, and does not take the two others although Pillow does.
        string[] otherwise = ["unknown_compression_method.png", "truncated_app14.jpg", "xcsn0g01.png"];
        foreach (var c in Golden.GetProperty("damaged").EnumerateArray())
        {
            var path = GoldenImages.DataFile(c.Text("file"));
            if (otherwise.Contains(Path.GetFileName(path))) continue;
            ((Action)(() => ImageDecoder.Decode(path))).Should().Throw<ImageFormatException>(path).WithMessage($"'{path}' *");
        }
    }

    [SkippableTheory]
    [InlineData("pillow-broken")]
    [InlineData("pngsuite")]
    [InlineData("png-bugfixes")]
    [InlineData("image-rs")]
    [InlineData("libjpeg-fuzz")]
    [InlineData("libjpeg-turbo")]
    [InlineData("pillow-odd")]
    [InlineData("lfs-pointers")]
    public void Hostile_files_decode_or_are_refused(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(TestFiles.Data($"bad/{folder}"), "*", SearchOption.AllDirectories))
            foreach (
                var options in new[] { new ImageDecodeOptions { MaxPixels = 4_000_000 }, new() { MaxPixels = 4_000_000, Tolerant = true } })
                try
                {
                    var image = ImageDecoder.Decode(path, options);
                    image.Pixels.Length.Should().Be(image.Width * image.Height * 3);
                }
                catch (ImageFormatException e)
                {
                    e.Message.Should().StartWith($"'{path}' ").And.EndWith(".");
                }
    }

    [SkippableFact]
    public void Every_orientation_of_a_photograph_stands_upright()
    {
        var upright = ImageDecoder.Decode(TestFiles.Data("bad/exif-orientation/Landscape_1.jpg"));
        for (var orientation = 2; orientation <= 8; orientation++)
        {
            var turned = ImageDecoder.Decode(TestFiles.Data($"bad/exif-orientation/Landscape_{orientation}.jpg"));
            (turned.Width, turned.Height).Should().Be((upright.Width, upright.Height));
            turned.Pixels.ToArray().Zip(upright.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average()
                .Should().BeLessThan(8, "the pictures were compressed one by one, but show the same");
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_truncated_file_is_refused_unless_every_pixel_is_there(SKEncodedImageFormat format)
    {
        var bytes = Encode(format);
        var whole = ImageDecoder.Decode(bytes);
        var refused = 0;
        for (var length = 0; length < bytes.Length; length++)
            try
            {
                ImageDecoder.Decode(bytes.AsSpan(0, length)).Pixels.SequenceEqual(whole.Pixels).Should()
                    .BeTrue($"{length} of {bytes.Length} bytes are left");
            }
            catch (ImageFormatException)
            {
                refused++;
            }
        refused.Should().BeGreaterThan(bytes.Length - 24, "a PNG may lose its checksum and end chunk");
    }

    [Fact]
    public void Tolerant_takes_what_is_there()
    {
        var bytes = Encode(SKEncodedImageFormat.Jpeg);
        var whole = ImageDecoder.Decode(bytes);
        var part = ImageDecoder.Decode(bytes.AsSpan(0, bytes.Length * 3 / 4), new() { Tolerant = true });
        part.Pixels[..120].SequenceEqual(whole.Pixels[..120]).Should().BeTrue();
        part.Pixels.SequenceEqual(whole.Pixels).Should().BeFalse();
    }

    [Fact]
    public void A_header_that_promises_too_many_pixels_is_refused()
    {
        var bytes = Encode(SKEncodedImageFormat.Png);
        ((Action)(() => ImageDecoder.Decode(bytes, new ImageDecodeOptions { MaxPixels = 999 })))
            .Should().Throw<ImageFormatException>().WithMessage("The image has 40x25 pixels, more than the limit of 999.*MaxPixels*");
        ((Action)(() => _ = new ImageDecodeOptions { MaxPixels = 0 })).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0, 1)]
    public void A_header_of_a_bomb_is_refused_before_memory_is_taken(int width, int height)
    {
        var bomb = Png.Header(width, height);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ((Action)(() => ImageDecoder.Decode(bomb))).Should().Throw<ImageFormatException>();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void A_file_too_long_for_memory_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.File("long.png"))) file.SetLength(3_000_000_000); // takes no room on the disk
        ((Action)(() => ImageDecoder.Decode(folder.File("long.png")))).Should().Throw<ImageFormatException>()
            .WithMessage("*long.png' has 3000000000 bytes*");
        using var stream = File.OpenRead(folder.File("long.png"));
        ((Action)(() => ImageDecoder.Decode(stream))).Should().Throw<ImageFormatException>()
            .WithMessage("The stream has 3000000000 bytes*");
    }

    [Theory]
    [InlineData("", "*is empty*")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "*Git LFS pointer*git lfs pull*")]
    [InlineData("II*\0....", "*TIFF*")]
    [InlineData("....ftypheic", "*HEIC*")]
    [InlineData("hello", "*not a JPEG, PNG, WebP, GIF or BMP*")]
    public void What_is_no_image_is_told(string content, string message) =>
        ((Action)(() => ImageDecoder.Decode(Encoding.Latin1.GetBytes(content)))).Should().Throw<ImageFormatException>()
            .WithMessage(message);

    [Fact]
    public void A_stream_is_read_to_its_end()
    {
        using var stream = new MemoryStream(Encode(SKEncodedImageFormat.Png));
        ImageDecoder.Decode(stream).Height.Should().Be(25);
    }

    [Fact]
    public void Transparency_shows_the_background()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(1, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(200, 100, 0, 51));
        var bytes = bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
        ImageDecoder.Decode(bytes).Pixels.ToArray().Should().Equal(244, 224, 204);
        ImageDecoder.Decode(bytes, new ImageDecodeOptions { Background = new(0, 0, 0) }).Pixels.ToArray().Should().Equal(40, 20, 0);
        ImageDecoder.Decode(bytes, new ImageDecodeOptions { Background = null }).Pixels.ToArray().Should().Equal(200, 100, 0);
    }

    private static byte[] Encode(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(40, 25, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var y = 0; y < 25; y++)
            for (var x = 0; x < 40; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x * 6), (byte)(y * 9), (byte)(x * y)));
        return bitmap.Encode(format, 90).ToArray();
    }
}
