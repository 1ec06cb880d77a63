namespace TransferLearning.Vision;

/// <summary>
/// Erases a random rectangle in some of the cases (Zhong et al., "Random erasing data augmentation", 2020; torchvision's rule): up to ten
/// draws of an area and of height : width until one fits, else nothing is erased. Use it after a crop, when the image has its final size.
/// </summary>
public sealed record RandomErasing : IAugmentation
{
    private const int Attempts = 10;

    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <summary>Smallest share of the image's area, 0 to 1. Default 0.02.</summary>
    public double MinScale { get; init => field = Ranges.UpTo(value, 1, nameof(MinScale)); } = 0.02;

    /// <summary>Largest share of the image's area, 0 to 1. Default 0.33.</summary>
    public double MaxScale { get; init => field = Ranges.UpTo(value, 1, nameof(MaxScale)); } = 0.33;

    /// <summary>Smallest height : width of the rectangle, above 0. Default 0.3.</summary>
    public double MinRatio { get; init => field = Ranges.Positive(value, nameof(MinRatio)); } = 0.3;

    /// <summary>Largest height : width of the rectangle, above 0. Default 3.3.</summary>
    public double MaxRatio { get; init => field = Ranges.Positive(value, nameof(MaxRatio)); } = 3.3;

    /// <summary>
    /// What the rectangle is filled with; null (default): the backbone's mean, which is 0 once the image is normalised, as the reference's is.
    /// </summary>
    public RgbColor? Fill { get; init; }

    /// <summary>Whether each value of the rectangle is drawn anew instead, uniform in 0 to 255. Default false.</summary>
    public bool Noise { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(spec);
        if (random.NextDouble() >= Probability || Region(image.Width, image.Height, ref random) is not { } region) return image;
        var pixels = image.Pixels.ToArray();
        var fill = Fill ?? new(Mean(spec, 0), Mean(spec, 1), Mean(spec, 2));
        for (var y = region.Top; y < region.Top + region.Height; y++)
            for (var x = region.Left; x < region.Left + region.Width; x++)
            {
                if (Noise) fill = Draw(ref random);
                (pixels[At(x, y)], pixels[At(x, y) + 1], pixels[At(x, y) + 2]) = (fill.Red, fill.Green, fill.Blue);
            }
        return new(image.Width, image.Height, pixels);

        int At(int x, int y) => (y * image.Width + x) * RgbImage.Channels;
    }

    internal (int Left, int Top, int Width, int Height)? Region(int width, int height, ref SplitMix64 random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var scale = random.NextDouble(MinScale, MaxScale);
            var ratio = Math.Exp(random.NextDouble(Math.Log(MinRatio), Math.Log(MaxRatio)));
            var (w, h) = Size(width, height, scale, ratio);
            if (Fits(w, width) && Fits(h, height)) return (random.NextInt(width - w + 1), random.NextInt(height - h + 1), w, h);
        }
        return null;
    }

    /// <summary>Size of a rectangle with that share of the area and that height : width, which need not fit. Rounds half to even.</summary>
    internal static (int Width, int Height) Size(int width, int height, double scale, double ratio)
    {
        var area = (double)height * width * scale;
        return ((int)Math.Round(Math.Sqrt(area / ratio)), (int)Math.Round(Math.Sqrt(area * ratio)));
    }

    /// <summary>Strictly smaller, other than for a crop.</summary>
    internal static bool Fits(int part, int whole) => part < whole;

    private static byte Mean(ImageSpec spec, int channel) => (byte)Math.Clamp(MathF.Round(spec.Mean[channel] * 255), 0, 255);

    private static RgbColor Draw(ref SplitMix64 random)
    {
        var bits = random.NextUInt64();
        return new((byte)bits, (byte)(bits >> 8), (byte)(bits >> 16));
    }
}
