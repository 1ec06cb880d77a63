namespace TransferLearning.Vision;

/// <summary>Changes of an image by a table for each channel that follows from how often each byte occurs. The bytes are Pillow's.</summary>
internal static class HistogramOperations
{
    private const int Channels = RgbImage.Channels;

    /// <summary>Spreads the values so that all are about equally frequent.</summary>
    public static RgbImage Equalize(this RgbImage image) => image.MapChannels(EqualizingTable);

    /// <summary>Stretches the values of each channel over 0 to 255.</summary>
    public static RgbImage AutoContrast(this RgbImage image) => image.MapChannels(StretchingTable);

    private static byte[] EqualizingTable(int[] histogram)
    {
        var last = Array.FindLastIndex(histogram, count => count > 0);
        var step = (histogram.Sum() - histogram[last]) / 255;
        var below = step / 2;
        return PointOperations.Table(step == 0 ? value => value : value =>
        {
            var level = Math.Min(below / step, 255);
            below += histogram[value];
            return level;
        });
    }

    private static byte[] StretchingTable(int[] histogram)
    {
        var first = Array.FindIndex(histogram, count => count > 0);
        var last = Array.FindLastIndex(histogram, count => count > 0);
        var scale = 255.0 / (last - first);
        return PointOperations.Table(first == last ? value => value : value => (int)Math.Clamp(value * scale + -first * scale, 0, 255));
    }

    private static RgbImage MapChannels(this RgbImage image, Func<int[], byte[]> tableOf)
    {
        var pixels = image.Pixels;
        var result = new byte[pixels.Length];
        for (var channel = 0; channel < Channels; channel++)
        {
            var histogram = new int[256];
            for (var i = channel; i < pixels.Length; i += Channels) histogram[pixels[i]]++;
            var table = tableOf(histogram);
            for (var i = channel; i < pixels.Length; i += Channels) result[i] = table[pixels[i]];
        }
        return new(image.Width, image.Height, result);
    }
}
