namespace TransferLearning.Vision;

/// <summary>How much each place of an image counts for an answer, 0 to 1; the most is 1, unless all are 0.</summary>
public sealed class HeatMap
{
    private const float Strength = 0.6f;

    private readonly float[] _values;

    internal HeatMap(int width, int height, float[] values) => (Width, Height, _values) = (width, height, values);

    /// <summary>Columns: fewer than the image has.</summary>
    public int Width { get; }

    /// <summary>Rows: fewer than the image has.</summary>
    public int Height { get; }

    /// <summary><c>[Height, Width]</c>, row by row from the top.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The image with the map over it, from blue to red; where nothing counts it is as it was.</summary>
    /// <param name="image">The image as the network saw it, of any size: <see cref="EvaluationTransform.Apply"/>.</param>
    public RgbImage Over(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        RgbImage map = new(Width, Height, [.. _values.SelectMany(value => Enumerable.Repeat((byte)(255 * value), RgbImage.Channels))]);
        var heat = map.Resize(image.Width, image.Height, Interpolation.Bilinear).Pixels;
        var pixels = image.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = heat[i] / 255f;
            // Blue, cyan, yellow and red one after the other.
            var colour = Math.Clamp(1.5f - Math.Abs(4 * value - (3 - i % RgbImage.Channels)), 0, 1);
            pixels[i] = (byte)(pixels[i] + (255 * colour - pixels[i]) * Strength * value);
        }
        return new(image.Width, image.Height, pixels);
    }
}
