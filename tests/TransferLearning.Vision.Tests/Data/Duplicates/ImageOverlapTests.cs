namespace TransferLearning.Vision.Tests;

public class ImageOverlapTests
{
    [Fact]
    public void Identical_images_are_named() =>
        Set(Picture(1), Picture(2)).Overlap(Set(Picture(3), Picture(2)))
            .Should().Match("1 of the 2 images*'image 1' and 'image 1' (identical). Take*");

    [Fact]
    public void A_resized_and_slightly_changed_image_is_nearly_identical()
    {
        var changed = Picture(2).Resize(48, 80, Interpolation.Bilinear);
        var brighter = new RgbImage(48, 80, [.. changed.Pixels.ToArray().Select(value => (byte)Math.Min(255, value + 3))]);
        Set(Picture(1), Picture(2)).Overlap(Set(brighter)).Should().Match("*'image 1' and 'image 0' (nearly identical)*");
    }

    [Fact]
    public void Other_pictures_and_plain_ones_of_other_colours_are_not_named()
    {
        Set([.. Enumerable.Range(0, 50).Select(Picture)]).Overlap(Set([.. Enumerable.Range(50, 50).Select(Picture)])).Should().BeNull();
        Set(Plain(10)).Overlap(Set(Plain(200))).Should().BeNull();
        Set(Plain(10)).Overlap(new ExampleDataset(1, _ => default, new UnlistedTargets())).Should().BeNull();
    }

    [Fact]
    public void The_first_pairs_are_named_and_the_others_counted() =>
        Set([.. Enumerable.Range(0, 9).Select(Picture)]).Overlap(Set([.. Enumerable.Range(0, 9).Select(Picture)]))
            .Should().StartWith("9 of the 9 images").And.Contain("'image 4' and 'image 4'").And.Contain("and 4 more");

    [Fact]
    public void Many_plain_pictures_hide_no_identical_one() =>
        Set([.. Enumerable.Range(0, 500).Select(i => Plain((byte)(i % 100), i))])
            .Overlap(Set([.. Enumerable.Range(400, 100).Select(i => Plain((byte)(i % 100), i)), .. Enumerable.Range(0, 100).Select(i => Plain(200, i))]))
            .Should().StartWith("100 of the 200 images");

    [Fact]
    public void A_broken_file_is_passed_over_here()
    {
        var broken = ImageDataset.FromBytes([([1, 2, 3], "a"), ([4], "b")]);
        broken.Overlap(broken).Should().BeNull();
    }

    private static ImageDataset Set(params RgbImage[] images) => ImageDataset.FromImages(images);

    /// <summary>Patches of colours of their own.</summary>
    private static RgbImage Picture(int seed)
    {
        const int patches = 6, side = 16;
        var random = new SplitMix64((ulong)seed);
        var colors = Enumerable.Range(0, patches * patches * 3).Select(_ => (byte)random.NextInt(256)).ToArray();
        var pixels = new byte[patches * side * patches * side * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            var (y, x) = (pixel / (patches * side) / side, pixel % (patches * side) / side);
            pixels[i] = colors[(y * patches + x) * 3 + channel];
        }
        return new RgbImage(patches * side, patches * side, pixels);
    }

    /// <summary>One gray, with one pixel that makes it another picture.</summary>
    private static RgbImage Plain(byte gray, int number = 0)
    {
        var pixels = new byte[16 * 16 * 3];
        Array.Fill(pixels, gray);
        for (var i = 0; i < 4; i++) pixels[i] = (byte)(number >> 8 * i);
        return new RgbImage(16, 16, pixels);
    }
}
