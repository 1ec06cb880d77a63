namespace TransferLearning.Vision;

/// <summary>The grey of a colour as Pillow computes it (ITU-R 601-2), and what is made of it.</summary>
internal static class Luminance
{
    private const int Channels = RgbImage.Channels;

    public static byte Of(int red, int green, int blue) => (byte)((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);

    /// <summary>The image in grey.</summary>
    public static RgbImage Grayscale(this RgbImage image) => image.AdjustSaturation(0);

    /// <summary>Mixes each pixel with its grey: 0 is grey, 1 the image.</summary>
    public static RgbImage AdjustSaturation(this RgbImage image, double factor)
    {
        var pixels = image.Pixels;
        var result = new byte[pixels.Length];
        var strength = (float)factor;
        for (var i = 0; i < result.Length; i += Channels)
        {
            var from = pixels.Slice(i, Channels);
            var to = result.AsSpan(i, Channels);
            var grey = Of(from[0], from[1], from[2]);
            to[0] = Blend.Mix(grey, from[0], strength);
            to[1] = Blend.Mix(grey, from[1], strength);
            to[2] = Blend.Mix(grey, from[2], strength);
        }
        return new(image.Width, image.Height, result);
    }

    /// <summary>Mixes with the mean grey of the image: 0 is that grey, 1 the image.</summary>
    public static RgbImage AdjustContrast(this RgbImage image, double factor)
    {
        var pixels = image.Pixels;
        var sum = 0L;
        for (var i = 0; i < pixels.Length; i += Channels) sum += Of(pixels[i], pixels[i + 1], pixels[i + 2]);
        var mean = (int)((double)sum / (pixels.Length / Channels) + 0.5);
        return image.Map(value => Blend.Mix(mean, value, (float)factor));
    }
}
