namespace TransferLearning.Vision;

/// <summary>Continues an image beyond its border.</summary>
internal static class BorderPadding
{
    private const int Channels = RgbImage.Channels;

    /// <summary>The image with so many pixels more on each side.</summary>
    public static RgbImage Pad(this RgbImage image, int left, int top, int right, int bottom, PaddingMode mode, RgbColor fill = default)
    {
        var (width, height) = (image.Width + left + right, image.Height + top + bottom);
        int[] columns = [.. Enumerable.Range(-left, width).Select(x => Source(x, image.Width, mode))];
        int[] rows = [.. Enumerable.Range(-top, height).Select(y => Source(y, image.Height, mode))];
        var result = new byte[checked(width * height * Channels)];
        var to = 0;
        foreach (var y in rows)
            foreach (var x in columns)
            {
                if (x < 0 || y < 0) (result[to], result[to + 1], result[to + 2]) = (fill.Red, fill.Green, fill.Blue);
                else image.Pixels.Slice((y * image.Width + x) * Channels, Channels).CopyTo(result.AsSpan(to));
                to += Channels;
            }
        return new(width, height, result);
    }

    /// <summary>Where a position of an axis comes from; -1 where it is filled.</summary>
    private static int Source(int position, int size, PaddingMode mode)
    {
        if (position >= 0 && position < size) return position;
        return mode switch
        {
            PaddingMode.Edge => Math.Clamp(position, 0, size - 1),
            PaddingMode.Reflect => size == 1 ? 0 : Mirrored(position, 2 * size - 2, 0),
            PaddingMode.Symmetric => Mirrored(position, 2 * size, 1),
            _ => -1,
        };

        int Mirrored(int at, int period, int twice)
        {
            at = (at % period + period) % period;
            return at < size ? at : period - twice - at;
        }
    }
}
