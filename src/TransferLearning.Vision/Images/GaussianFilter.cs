using System.Numerics;
using System.Runtime.InteropServices;

namespace TransferLearning.Vision;

/// <summary>torchvision's Gaussian blur: two passes over the image with its border reflected, rounded half to even at the end.</summary>
internal static class GaussianFilter
{
    private const int Channels = RgbImage.Channels;

    /// <param name="image">The image.</param>
    /// <param name="columns">Odd number of weights along the rows.</param>
    /// <param name="rows">Odd number of weights along the columns.</param>
    /// <param name="sigmaX">Standard deviation along the rows, in pixels.</param>
    /// <param name="sigmaY">Standard deviation along the columns, in pixels.</param>
    public static RgbImage Blur(this RgbImage image, int columns, int rows, double sigmaX, double sigmaY)
    {
        var wide = image.Pad(columns / 2, rows / 2, columns / 2, rows / 2, PaddingMode.Reflect);
        var (from, stride) = (wide.Width * Channels, image.Width * Channels);
        double[] values = [.. wide.Pixels];
        var between = new double[wide.Height * stride];
        for (var y = 0; y < wide.Height; y++)
            Mix(values.AsSpan(y * from, from), Channels, Weights(columns, sigmaX), between.AsSpan(y * stride, stride));
        var sums = new double[image.Height * stride];
        Mix(between, stride, Weights(rows, sigmaY), sums);
        return new(image.Width, image.Height, Array.ConvertAll(sums, sum => (byte)Math.Round(sum)));
    }

    private static double[] Weights(int size, double sigma)
    {
        double[] weights = [.. Enumerable.Range(0, size).Select(i => Math.Exp(-0.5 * Math.Pow((i - (size - 1) / 2.0) / sigma, 2)))];
        var total = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / total);
    }

    /// <summary>Each value becomes the weighted sum of itself and of those that lie 1, 2, ... steps behind it.</summary>
    private static void Mix(ReadOnlySpan<double> source, int step, double[] weights, Span<double> target)
    {
        for (var k = 0; k < weights.Length; k++)
        {
            var from = source.Slice(k * step, target.Length);
            var inputs = MemoryMarshal.Cast<double, Vector<double>>(from);
            var outputs = MemoryMarshal.Cast<double, Vector<double>>(target);
            for (var i = 0; i < outputs.Length; i++) outputs[i] += inputs[i] * weights[k];
            for (var i = outputs.Length * Vector<double>.Count; i < target.Length; i++) target[i] += from[i] * weights[k];
        }
    }
}
