using SkiaSharp;

namespace TransferLearning.Vision;

/// <summary>Writes images as PNG.</summary>
internal static class PngEncoder
{
    public static byte[] Encode(RgbImage image)
    {
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgba = new byte[info.BytesSize];
        for (int from = 0, to = 0; to < rgba.Length; from += RgbImage.Channels, to += 4)
        {
            image.Pixels.Slice(from, RgbImage.Channels).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }
        using var picture = SKImage.FromPixelCopy(info, rgba);
        using var png = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }
}
