namespace TransferLearning.Vision;

/// <summary>
/// Pillow's geometric transforms: each pixel of the result is taken from a position of the source, and filled where that lies outside.
/// </summary>
internal static class Warp
{
    private const int Channels = RgbImage.Channels;
    private const int FractionBits = 16;

    /// <summary>Interpolations that can be asked for; the name is the argument's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is another one.</exception>
    public static Interpolation Checked(Interpolation value, string name) =>
        value is Interpolation.Nearest or Interpolation.Bilinear or Interpolation.Bicubic
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "Images are turned and warped with Nearest, Bilinear or Bicubic.");

    /// <summary>The image seen through an affine map.</summary>
    public static RgbImage Through(
        this RgbImage image, AffineMatrix matrix, Interpolation interpolation, RgbColor fill, (int Width, int Height) size)
    {
        if (interpolation != Interpolation.Nearest) return image.Through<AffineMatrix>(matrix, interpolation, fill, size);
        var result = Filled(size, fill);
        if (matrix is { B: 0, D: 0 }) TakeScaled(image, matrix, result, size);
        else TakeFixed(image, matrix, result, size);
        return new(size.Width, size.Height, result);
    }

    /// <summary>The image seen through a map of positions.</summary>
    public static RgbImage Through<TMap>(
        this RgbImage image, TMap map, Interpolation interpolation, RgbColor fill, (int Width, int Height) size) where TMap : IPositionMap
    {
        var result = Filled(size, fill);
        for (int y = 0, at = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++, at += Channels)
            {
                var (fromX, fromY) = map.Source(x + 0.5, y + 0.5);
                if (!(fromX >= 0 && fromX < image.Width && fromY >= 0 && fromY < image.Height)) continue;
                var to = result.AsSpan(at, Channels);
                if (interpolation == Interpolation.Nearest) image.Pixel((int)fromX, (int)fromY).CopyTo(to);
                else if (interpolation == Interpolation.Bilinear) Between.Bilinear(image, fromX - 0.5, fromY - 0.5, to);
                else Between.Bicubic(image, fromX - 0.5, fromY - 0.5, to);
            }
        return new(size.Width, size.Height, result);
    }

    /// <summary>Without rotation and shear Pillow adds the step up, and the rounding of that sum decides some pixels.</summary>
    private static void TakeScaled(RgbImage image, AffineMatrix matrix, byte[] result, (int Width, int Height) size)
    {
        var columns = Positions(matrix.C, matrix.A, size.Width, image.Width);
        var rows = Positions(matrix.F, matrix.E, size.Height, image.Height);
        for (int y = 0, to = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++, to += Channels)
                if (columns[x] >= 0 && rows[y] >= 0) image.Pixel(columns[x], rows[y]).CopyTo(result.AsSpan(to));
    }

    private static int[] Positions(double start, double step, int count, int size)
    {
        var positions = new int[count];
        var position = start + step * 0.5;
        for (var i = 0; i < count; i++, position += step) positions[i] = position >= 0 && position < size ? (int)position : -1;
        return positions;
    }

    /// <summary>With them it counts in 65,536ths of a pixel.</summary>
    private static void TakeFixed(RgbImage image, AffineMatrix matrix, byte[] result, (int Width, int Height) size)
    {
        var (stepX, stepY) = (Fixed(matrix.A), Fixed(matrix.D));
        var (startX, startY) = matrix.Source(0.5, 0.5);
        var (rowX, rowY) = (Fixed(startX), Fixed(startY));
        for (int y = 0, to = 0; y < size.Height; y++, rowX += Fixed(matrix.B), rowY += Fixed(matrix.E))
        {
            var (atX, atY) = (rowX, rowY);
            for (var x = 0; x < size.Width; x++, to += Channels, atX += stepX, atY += stepY)
            {
                var (fromX, fromY) = (atX >> FractionBits, atY >> FractionBits);
                if ((ulong)fromX < (ulong)image.Width && (ulong)fromY < (ulong)image.Height)
                    image.Pixel((int)fromX, (int)fromY).CopyTo(result.AsSpan(to));
            }
        }
    }

    private static long Fixed(double value) => (long)Math.Floor(value * (1 << FractionBits) + 0.5);

    private static byte[] Filled((int Width, int Height) size, RgbColor fill)
    {
        if ((long)size.Width * size.Height * Channels > Array.MaxLength)
            throw new ArgumentException($"An image of {size.Width}x{size.Height} pixels does not fit into an array.");
        var pixels = new byte[size.Width * size.Height * Channels];
        if (fill == default) return pixels;
        for (var i = 0; i < pixels.Length; i += Channels) (pixels[i], pixels[i + 1], pixels[i + 2]) = (fill.Red, fill.Green, fill.Blue);
        return pixels;
    }
}
