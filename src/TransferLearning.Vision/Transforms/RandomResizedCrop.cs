namespace TransferLearning.Vision;

/// <summary>
/// Cuts a random part out of an image and resizes it to the backbone's size (Szegedy et al., "Going deeper with convolutions", 2014;
/// the rule is torchvision's RandomResizedCrop): up to ten draws of an area and an aspect ratio until one fits, else the largest
/// centre part within the ratios.
/// </summary>
public sealed record RandomResizedCrop : IAugmentation
{
    private const int Attempts = 10;

    /// <summary>Smallest share of the image's area, above 0 and up to 1. Default 0.08.</summary>
    public double MinScale { get; init => field = Share(value, nameof(MinScale)); } = 0.08;

    /// <summary>Largest share of the image's area, above 0 and up to 1. Default 1.</summary>
    public double MaxScale { get; init => field = Share(value, nameof(MaxScale)); } = 1;

    /// <summary>Smallest width : height of the part, above 0. Default 3/4.</summary>
    public double MinRatio { get; init => field = Ratio(value, nameof(MinRatio)); } = 3.0 / 4;

    /// <summary>Largest width : height of the part, above 0. Default 4/3.</summary>
    public double MaxRatio { get; init => field = Ratio(value, nameof(MaxRatio)); } = 4.0 / 3;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(spec);
        var (left, top, width, height) = Region(image.Width, image.Height, ref random);
        return image.Crop(left, top, width, height).Resize(spec.Width, spec.Height, spec.Interpolation);
    }

    internal (int Left, int Top, int Width, int Height) Region(int width, int height, ref SplitMix64 random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var scale = random.NextDouble(MinScale, MaxScale);
            var ratio = Math.Exp(random.NextDouble(Math.Log(MinRatio), Math.Log(MaxRatio)));
            var (w, h) = Size(width, height, scale, ratio);
            if (Fits(w, width) && Fits(h, height))
                return (random.NextInt(width - w + 1), random.NextInt(height - h + 1), w, h);
        }
        return Fallback(width, height);
    }

    /// <summary>Size of a part with that share of the area and that width : height, which need not fit. Rounds half to even.</summary>
    internal static (int Width, int Height) Size(int width, int height, double scale, double ratio)
    {
        var area = (double)height * width * scale;
        return ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
    }

    internal static bool Fits(int part, int whole) => part > 0 && part <= whole;

    /// <summary>The largest centre part whose ratio lies within the limits.</summary>
    internal (int Left, int Top, int Width, int Height) Fallback(int width, int height)
    {
        var ratio = (double)width / height;
        var (w, h) = ratio < MinRatio ? (width, Math.Max(1, (int)Math.Round(width / MinRatio)))
            : ratio > MaxRatio ? (Math.Max(1, (int)Math.Round(height * MaxRatio)), height)
            : (width, height);
        return ((width - w) / 2, (height - h) / 2, w, h);
    }

    private static double Share(double value, string name) =>
        value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A share of the area is above 0 and at most 1.");

    private static double Ratio(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A ratio of width to height is above 0 and finite.");
}
