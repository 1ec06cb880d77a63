namespace TransferLearning.Vision;

/// <summary>
/// Changes brightness, contrast, saturation and hue by random factors, in a random order, as torchvision's ColorJitter does on Pillow
/// images. What is 0 is left out. The order is drawn first, then the factors of brightness, contrast, saturation and hue.
/// </summary>
public sealed record ColorJitter : IAugmentation
{
    /// <summary>The factor is uniform from 1 - b, at least 0, to 1 + b. Default 0: none.</summary>
    public double Brightness { get; init => field = Ranges.UpTo(value, double.MaxValue, nameof(Brightness)); }

    /// <summary>The factor is uniform from 1 - c, at least 0, to 1 + c. Default 0: none.</summary>
    public double Contrast { get; init => field = Ranges.UpTo(value, double.MaxValue, nameof(Contrast)); }

    /// <summary>The factor is uniform from 1 - s, at least 0, to 1 + s. Default 0: none.</summary>
    public double Saturation { get; init => field = Ranges.UpTo(value, double.MaxValue, nameof(Saturation)); }

    /// <summary>The hue moves by -h to h of the colour circle, uniform; 0 to 0.5. Default 0: none.</summary>
    public double Hue { get; init => field = Ranges.UpTo(value, 0.5, nameof(Hue)); }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        var (brightness, contrast, saturation) = (Factor(Brightness, ref random), Factor(Contrast, ref random), Factor(Saturation, ref random));
        var hue = Hue == 0 ? 0 : random.NextDouble(-Hue, Hue);
        foreach (var step in order)
            image = step switch
            {
                0 when Brightness > 0 => image.AdjustBrightness(brightness),
                1 when Contrast > 0 => image.AdjustContrast(contrast),
                2 when Saturation > 0 => image.AdjustSaturation(saturation),
                3 when Hue > 0 => image.AdjustHue(hue),
                _ => image,
            };
        return image;
    }

    private static double Factor(double strength, ref SplitMix64 random) =>
        strength == 0 ? 1 : random.NextDouble(Math.Max(0, 1 - strength), 1 + strength);
}
