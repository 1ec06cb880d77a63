namespace TransferLearning.Vision;

/// <summary>
/// Turns bytes into the numbers that a backbone takes: <c>(value / 255 - mean) / std</c>, every step rounded to float32 as torchvision
/// does. A byte has 256 values, so a table is exact and fast.
/// </summary>
internal sealed class PixelNormalizer
{
    private readonly float[][] _values;

    public PixelNormalizer(ImageSpec spec)
    {
        _values = [
            .. spec.Mean.Zip(spec.Std, (mean, std) => Enumerable.Range(0, 256).Select(value => (value / 255f - mean) / std).ToArray())];
    }

    /// <summary>Writes the image as <c>[3, height, width]</c>.</summary>
    public void Write(RgbImage image, Span<float> destination)
    {
        var pixels = image.Pixels;
        var plane = image.Width * image.Height;
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            var values = _values[channel];
            var to = destination.Slice(channel * plane, plane);
            for (int i = 0, from = channel; i < to.Length; i++, from += RgbImage.Channels) to[i] = values[pixels[from]];
        }
    }
}
