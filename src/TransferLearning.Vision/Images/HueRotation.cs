namespace TransferLearning.Vision;

/// <summary>Moves the hue of an image around the colour circle, through Pillow's HSV of three bytes.</summary>
internal static class HueRotation
{
    private const int Channels = RgbImage.Channels;

    // Of each byte of hue the sixth of the circle that it lies in and how far, of each byte of saturation its share.
    private static readonly int[] Sixths = [.. Enumerable.Range(0, 256).Select(hue => (int)Math.Floor(hue * 6.0 / 255) % 6)];
    private static readonly double[] Fractions = [.. Enumerable.Range(0, 256).Select(h => (double)(float)(h * 6.0 / 255 - Math.Floor(h * 6.0 / 255)))];
    private static readonly double[] Shares = [.. Enumerable.Range(0, 256).Select(saturation => (double)(float)(saturation / 255.0))];

    /// <summary>The image with its hue moved by that part of the circle, -0.5 to 0.5; in steps of 1/255, truncated, modulo 256.</summary>
    public static RgbImage AdjustHue(this RgbImage image, double factor)
    {
        var shift = (int)(factor * 255);
        var pixels = image.Pixels;
        var result = new byte[pixels.Length];
        for (var i = 0; i < result.Length; i += Channels)
        {
            var from = pixels.Slice(i, Channels);
            var to = result.AsSpan(i, Channels);
            var (hue, saturation, value) = ToHsv(from[0], from[1], from[2]);
            (to[0], to[1], to[2]) = ToRgb((hue + shift) & 255, saturation, value);
        }
        return new(image.Width, image.Height, result);
    }

    private static (int Hue, int Saturation, int Value) ToHsv(int red, int green, int blue)
    {
        var (high, low) = (Math.Max(red, Math.Max(green, blue)), Math.Min(red, Math.Min(green, blue)));
        if (high == low) return (0, 0, high);
        float span = high - low;
        var (r, g, b) = ((high - red) / span, (high - green) / span, (high - blue) / span);
        var sixths = red == high ? b - g : green == high ? (float)(2.0 + r - b) : (float)(4.0 + g - r);
        var turns = sixths / 6.0 + 1;
        var hue = (float)(turns >= 1 ? turns - 1 : turns);
        return ((int)(hue * 255.0), (int)(span / high * 255.0), high);
    }

    private static (byte Red, byte Green, byte Blue) ToRgb(int hue, int saturation, int value)
    {
        var full = (byte)value;
        if (saturation == 0) return (full, full, full);
        var (share, fraction) = (Shares[saturation], Fractions[hue]);
        var low = Rounded(1 - share);
        return Sixths[hue] switch
        {
            0 => (full, Rounded(1 - share * (1 - fraction)), low),
            1 => (Rounded(1 - share * fraction), full, low),
            2 => (low, full, Rounded(1 - share * (1 - fraction))),
            3 => (low, Rounded(1 - share * fraction), full),
            4 => (Rounded(1 - share * (1 - fraction)), low, full),
            _ => (full, low, Rounded(1 - share * fraction)),
        };

        byte Rounded(double part) => (byte)(value * part + 0.5);
    }
}
