using System.Buffers;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace TransferLearning.Vision;

/// <summary>
/// Reads JPEG, PNG, WebP, GIF and BMP files. Of an animation the first frame is taken, of 16-bit values the high byte; colour
/// profiles are ignored, as Pillow, torchvision and timm do. Thread-safe.
/// </summary>
public static class ImageDecoder
{
    private static ReadOnlySpan<SKEncodedImageFormat> Formats =>
        [SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Bmp];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ImageFormatException">The file is no readable image.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static RgbImage Decode(string path, ImageDecodeOptions? options = null)
    {
        CheckFile(path);
        return Decode(File.ReadAllBytes(path), $"'{path}'", options);
    }

    /// <summary>Reads a stream from its position to its end.</summary>
    /// <inheritdoc cref="Decode(string, ImageDecodeOptions?)"/>
    public static RgbImage Decode(Stream stream, ImageDecodeOptions? options = null) => Decode(Read(stream), "The stream", options);

    /// <summary>Reads the bytes of an image file.</summary>
    /// <exception cref="ImageFormatException">The bytes are no readable image.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> encoded, ImageDecodeOptions? options = null) => Decode(encoded, "The image", options);

    /// <summary>Reads a file without holding a thread meanwhile, and decodes it on one of the pool.</summary>
    /// <inheritdoc cref="Decode(string, ImageDecodeOptions?)"/>
    public static async Task<RgbImage> DecodeAsync(
        string path, ImageDecodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        CheckFile(path);
        var encoded = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Decode(encoded, $"'{path}'", options), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads a stream from its position to its end without holding a thread meanwhile, and decodes it on one of the pool. The stream stays
    /// open.
    /// </summary>
    /// <inheritdoc cref="Decode(string, ImageDecodeOptions?)"/>
    public static async Task<RgbImage> DecodeAsync(
        Stream stream, ImageDecodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var encoded = await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Decode(encoded, "The stream", options), cancellationToken).ConfigureAwait(false);
    }

    internal static byte[] Read(Stream stream)
    {
        CheckStream(stream);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    internal static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        CheckStream(stream);
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, cancellationToken).ConfigureAwait(false);
        return memory.ToArray();
    }

    private static void CheckFile(string path)
    {
        var length = new FileInfo(path).Length;
        // A pipe or device has length 0, too; opening a pipe would wait for a writer.
        if (length == 0) throw new ImageFormatException($"'{path}' is empty, or a pipe or device. Restore the file or remove it.");
        CheckLength(length, $"'{path}'");
    }

    private static void CheckStream(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek) CheckLength(stream.Length - stream.Position, "The stream");
    }

    private static void CheckLength(long length, string name)
    {
        if (length > Array.MaxLength)
            throw new ImageFormatException(
                $"{name} has {length} bytes, more than any image that can be read. Check that it is the right file.");
    }

    internal static unsafe RgbImage Decode(ReadOnlySpan<byte> encoded, string name, ImageDecodeOptions? options)
    {
        options ??= new();
        fixed (byte* start = encoded)
        {
            using var data = SKData.Create((nint)start, encoded.Length);
            using var codec = SKCodec.Create(data);
            if (codec is null || !Formats.Contains(codec.EncodedFormat))
                throw new ImageFormatException($"{name} {WhyUnreadable(encoded)}");

            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > options.MaxPixels)
                throw new ImageFormatException(
                    $"{name} has {width}x{height} pixels, more than the limit of {options.MaxPixels}. Make it smaller, or raise "
                    + "ImageDecodeOptions.MaxPixels if the file is to be trusted.");

            var image = Decode(codec, name, options);
            if (!options.Tolerant && codec.EncodedFormat == SKEncodedImageFormat.Jpeg && !JpegSegments.HasEnd(encoded))
                throw new ImageFormatException($"{name} {Damage(SKCodecResult.IncompleteInput)}");
            return options.ApplyOrientation ? image.Upright(OrientationReader.Read(encoded)) : image;
        }
    }

    private static unsafe RgbImage Decode(SKCodec codec, string name, ImageDecodeOptions options)
    {
        // Without a colour space Skia converts no colours; unpremultiplied keeps the colours under the transparency.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var buffer = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            var rgba = buffer.AsSpan(0, info.BytesSize);
            rgba.Clear();
            SKCodecResult result;
            fixed (byte* target = rgba) result = codec.GetPixels(info, (nint)target);
            var tolerated = options.Tolerant && result is SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput;
            if (result != SKCodecResult.Success && !tolerated) throw new ImageFormatException($"{name} {Damage(result)}");

            if (codec.Info.AlphaType != SKAlphaType.Opaque && options.Background is { } background) Composite(rgba, background);
            return new(info.Width, info.Height, DropAlpha(rgba));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lays the pixels over a colour, each value rounded to the nearest.</summary>
    private static void Composite(Span<byte> rgba, RgbColor background)
    {
        for (var i = 0; i < rgba.Length; i += 4)
        {
            var alpha = rgba[i + 3];
            if (alpha == 255) continue;
            rgba[i] = Mix(rgba[i], background.Red, alpha);
            rgba[i + 1] = Mix(rgba[i + 1], background.Green, alpha);
            rgba[i + 2] = Mix(rgba[i + 2], background.Blue, alpha);
        }

        static byte Mix(int over, int under, int alpha) => (byte)((over * alpha + under * (255 - alpha) + 127) / 255);
    }

    private static byte[] DropAlpha(ReadOnlySpan<byte> rgba)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(rgba.Length / 4 * RgbImage.Channels);
        var colours = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        int from = 0, to = 0;
        for (; to <= rgb.Length - Vector128<byte>.Count; from += 16, to += 12)
            Vector128.Shuffle(Vector128.Create(rgba[from..]), colours).CopyTo(rgb, to);
        for (; to < rgb.Length; from += 4, to += RgbImage.Channels) rgba.Slice(from, RgbImage.Channels).CopyTo(rgb.AsSpan(to));
        return rgb;
    }

    private static string WhyUnreadable(ReadOnlySpan<byte> encoded) =>
        encoded.IsEmpty ? "is empty. Restore the file or remove it."
        : encoded.StartsWith("version https://git-lfs"u8) ? "is a Git LFS pointer, not the image itself. Fetch it with 'git lfs pull'."
        : ImageSignature.Unreadable(encoded) is { } format ? $"is a {format} file, which is not supported. Convert it to JPEG or PNG."
        : "is not a JPEG, PNG, WebP, GIF or BMP image, or its header is damaged. Restore the file, convert it, or remove it.";

    private static string Damage(SKCodecResult result) => result == SKCodecResult.IncompleteInput
        ? "is truncated: the image data end early. Restore the file or remove it, or set ImageDecodeOptions.Tolerant to take what is there."
        : $"is damaged: its image data cannot be decoded ({result}). Restore the file or remove it.";
}
