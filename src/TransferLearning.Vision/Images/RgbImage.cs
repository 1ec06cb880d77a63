namespace TransferLearning.Vision;

/// <summary>An image in memory: 8-bit sRGB, three bytes for each pixel. Immutable, so safe to share between threads.</summary>
public sealed class RgbImage
{
    internal const int Channels = 3;
    private readonly byte[] _pixels;

    /// <summary>Wraps pixels without copying them; do not change the array afterwards.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels"><c>[height, width, 3]</c>: red, green and blue, row by row from the top.</param>
    /// <exception cref="ArgumentException">The array's length is not width x height x 3.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height * Channels)
            throw new ArgumentException(
                $"An image of {width}x{height} pixels takes {(long)width * height * Channels} bytes (red, green, blue), but the array "
                + $"holds {pixels.Length}.",
                nameof(pixels));
        (Width, Height, _pixels) = (width, height, pixels);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary><c>[Height, Width, 3]</c>: red, green and blue, row by row from the top.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>
    /// The image at another size; this object itself where the size is the same. Gives the bytes that Pillow 13 gives
    /// (22-bit fixed point, rounded to bytes between the two passes).
    /// </summary>
    public RgbImage Resize(int width, int height, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if ((long)width * height * Channels > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(width), $"An image of {width}x{height} pixels does not fit into an array.");
        return width == Width && height == Height
            ? this
            : Resampler.Resize(this, ResizedAxis.Whole(width), ResizedAxis.Whole(height), interpolation);
    }

    /// <summary>The part of the image whose top left pixel is (<paramref name="left"/>, <paramref name="top"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or does not lie inside the image.</exception>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        if (left < 0 || top < 0 || width <= 0 || height <= 0 || left > Width - width || top > Height - height)
            throw new ArgumentOutOfRangeException(
                nameof(left), $"The part {width}x{height} at ({left}, {top}) does not lie inside the image of {Width}x{Height} pixels.");
        if (width == Width && height == Height) return this;

        var part = Blank(width, height);
        for (var y = 0; y < height; y++)
            _pixels.AsSpan(((top + y) * Width + left) * Channels, width * Channels).CopyTo(part._pixels.AsSpan(y * width * Channels));
        return part;
    }

    /// <summary>The image mirrored left to right.</summary>
    public RgbImage FlipHorizontal() => Upright(Orientation.Mirrored);

    /// <summary>The image mirrored top to bottom.</summary>
    public RgbImage FlipVertical() => Upright(Orientation.Flipped);

    /// <summary>The image as a PNG file: the same pixels.</summary>
    public byte[] ToPng() => PngEncoder.Encode(this);

    /// <summary>
    /// The image with black pixels around it; its own top left pixel comes to (<paramref name="left"/>, <paramref name="top"/>).
    /// </summary>
    internal RgbImage Pad(int left, int top, int width, int height)
    {
        var padded = Blank(width, height);
        for (var y = 0; y < Height; y++)
            _pixels.AsSpan(y * Width * Channels, Width * Channels).CopyTo(padded._pixels.AsSpan(((top + y) * width + left) * Channels));
        return padded;
    }

    /// <summary>Undoes the way in which a camera stored the image.</summary>
    internal RgbImage Upright(Orientation orientation)
    {
        if (orientation == Orientation.Upright) return this;

        // Where the result's first pixel lies here, and how far its right and its lower neighbour are from it.
        var (pixel, row) = (Channels, Width * Channels);
        var (right, bottom) = ((Width - 1) * pixel, (Height - 1) * row);
        var (start, stepX, stepY) = orientation switch
        {
            Orientation.Mirrored => (right, -pixel, row),
            Orientation.HalfTurn => (right + bottom, -pixel, -row),
            Orientation.Flipped => (bottom, pixel, -row),
            Orientation.Transposed => (0, row, pixel),
            Orientation.NeedsQuarterTurn => (bottom, -row, pixel),
            Orientation.Transversed => (right + bottom, -row, -pixel),
            _ => (right, row, -pixel),
        };
        var result = orientation >= Orientation.Transposed ? Blank(Height, Width) : Blank(Width, Height);
        for (int y = 0, to = 0; y < result.Height; y++)
            for (int x = 0, from = start + y * stepY; x < result.Width; x++, from += stepX, to += Channels)
            {
                result._pixels[to] = _pixels[from];
                result._pixels[to + 1] = _pixels[from + 1];
                result._pixels[to + 2] = _pixels[from + 2];
            }
        return result;
    }

    private static RgbImage Blank(int width, int height) => new(width, height, new byte[width * height * Channels]);
}
