using System.Runtime.CompilerServices;

namespace TransferLearning.Vision;

/// <summary>
/// Pillow's values between the pixels of an image, at positions where those have whole numbers: doubles, truncated. The pixels at the
/// border are repeated.
/// </summary>
internal static class Between
{
    private const int Channels = RgbImage.Channels;

    public static void Bilinear(RgbImage image, double x, double y, Span<byte> to)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, bottom) = (Math.Min(left + 1, image.Width - 1), Math.Min(top + 1, image.Height - 1));
        var (across, down) = (x - left, y - top);
        (left, top) = (Math.Max(left, 0), Math.Max(top, 0));
        var topLeft = image.Pixel(left, top);
        var topRight = image.Pixel(right, top);
        var bottomLeft = image.Pixel(left, bottom);
        var bottomRight = image.Pixel(right, bottom);
        for (var channel = 0; channel < Channels; channel++)
        {
            var upper = topLeft[channel] + (topRight[channel] - topLeft[channel]) * across;
            var lower = bottomLeft[channel] + (bottomRight[channel] - bottomLeft[channel]) * across;
            to[channel] = (byte)(upper + (lower - upper) * down);
        }
    }

    /// <summary>Cubic with a = -1, other than when an image is resized.</summary>
    public static void Bicubic(RgbImage image, double x, double y, Span<byte> to)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (across, down) = (x - left, y - top);
        Span<double> columns = stackalloc double[4], rows = stackalloc double[4];
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var row = 0; row < 4; row++)
            {
                for (var column = 0; column < 4; column++)
                    columns[column] = image.Pixel(
                        Math.Clamp(left - 1 + column, 0, image.Width - 1), Math.Clamp(top - 1 + row, 0, image.Height - 1))[channel];
                rows[row] = Cubic(columns, across);
            }
            to[channel] = (byte)Math.Clamp(Cubic(rows, down), 0, 255);
        }
    }

    /// <summary>Three bytes of a pixel that is known to lie inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Pixel(this RgbImage image, int x, int y) =>
        image.Pixels.Slice((y * image.Width + x) * Channels, Channels);

    private static double Cubic(ReadOnlySpan<double> at, double t) =>
        at[1] + t * (-at[0] + at[2] + t * (2 * (at[0] - at[1]) + at[2] - at[3] + t * (-at[0] + at[1] - at[2] + at[3])));
}
