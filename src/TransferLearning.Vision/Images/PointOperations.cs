namespace TransferLearning.Vision;

/// <summary>Changes of an image that look at one byte at a time, and are a table of 256 therefore. The bytes are Pillow's.</summary>
internal static class PointOperations
{
    public static RgbImage Invert(this RgbImage image) => image.Map(value => 255 - value);

    /// <summary>Inverts what is as large as the threshold or larger.</summary>
    public static RgbImage Solarize(this RgbImage image, double threshold) => image.Map(value => value < threshold ? value : 255 - value);

    /// <summary>Keeps the highest bits, 0 to 8.</summary>
    public static RgbImage Posterize(this RgbImage image, int bits) => image.Map(value => value & ~((1 << (8 - bits)) - 1));

    public static RgbImage AdjustGamma(this RgbImage image, double gamma, double gain) =>
        image.Map(value => (int)Math.Clamp((255 + 1 - 1e-3) * gain * Math.Pow(value / 255.0, gamma), 0, 255));

    /// <summary>Mixes with black: 0 is black, 1 the image.</summary>
    public static RgbImage AdjustBrightness(this RgbImage image, double factor) => image.Map(value => Blend.Mix(0, value, (float)factor));

    /// <summary>The image with each byte, of all channels, replaced.</summary>
    public static RgbImage Map(this RgbImage image, Func<int, int> change)
    {
        var table = Table(change);
        var pixels = image.Pixels;
        var result = new byte[pixels.Length];
        for (var i = 0; i < result.Length; i++) result[i] = table[pixels[i]];
        return new(image.Width, image.Height, result);
    }

    public static byte[] Table(Func<int, int> change) => [.. Enumerable.Range(0, 256).Select(value => (byte)change(value))];
}
