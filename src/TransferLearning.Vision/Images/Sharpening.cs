namespace TransferLearning.Vision;

/// <summary>Pillow's sharpness: a mixture of the image and a smoothed one.</summary>
internal static class Sharpening
{
    private const int Channels = RgbImage.Channels;
    private const float Side = 1f / 13, Centre = 5f / 13;

    /// <summary>0 is smoothed, 1 the image. The border stays as it is, and so does an image below three pixels.</summary>
    public static RgbImage AdjustSharpness(this RgbImage image, double factor)
    {
        if (image.Width < 3 || image.Height < 3) return image;
        var pixels = image.Pixels;
        var result = pixels.ToArray();
        var stride = image.Width * Channels;
        var strength = (float)factor;
        for (var y = 1; y < image.Height - 1; y++)
        {
            var above = pixels.Slice((y - 1) * stride, stride);
            var here = pixels.Slice(y * stride, stride);
            var below = pixels.Slice((y + 1) * stride, stride);
            var to = result.AsSpan(y * stride, stride);
            for (var x = Channels; x < stride - Channels; x++)
            {
                // Summed row by row from the lowest, because float32 shows the order.
                var sum = 0.5f + (below[x - Channels] * Side + below[x] * Side + below[x + Channels] * Side);
                sum += here[x - Channels] * Side + here[x] * Centre + here[x + Channels] * Side;
                sum += above[x - Channels] * Side + above[x] * Side + above[x + Channels] * Side;
                to[x] = Blend.Mix((int)sum, here[x], strength);
            }
        }
        return new(image.Width, image.Height, result);
    }
}
