using SkiaSharp;

namespace TransferLearning.Vision;

/// <summary>Writes PNG files.</summary>
internal static class PngEncoder
{
    public static byte[] Encode(RgbImage image)
    {
        using SKBitmap bitmap = new(new SKImageInfo(image.Width, image.Height, SKColorType.Rgb888x, SKAlphaType.Opaque));
        var from = image.Pixels;
        var to = bitmap.GetPixelSpan();
        for (int i = 0, j = 0; i < from.Length; i += RgbImage.Channels, j += 4) from.Slice(i, RgbImage.Channels).CopyTo(to[j..]);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
