namespace TransferLearning.Vision;

/// <summary>
/// Turns, moves, scales and shears an image about its centre, as torchvision's RandomAffine does on Pillow images. Drawn in this order:
/// angle, movement along the rows and along the columns where there is one, scale where it is not 1, shear where there is one.
/// </summary>
/// <param name="Degrees">Largest angle in either direction, 0 to 360.</param>
public sealed record RandomAffine(double Degrees) : IAugmentation
{
    /// <summary>Largest angle in either direction, in degrees, 0 to 360.</summary>
    public double Degrees { get; init => field = Ranges.UpTo(value, 360, nameof(Degrees)); } = Ranges.UpTo(Degrees, 360, nameof(Degrees));

    /// <summary>Furthest movement along the rows as a share of the width, 0 to 1. Default 0.</summary>
    public double TranslateX { get; init => field = Ranges.UpTo(value, 1, nameof(TranslateX)); }

    /// <summary>Furthest movement along the columns as a share of the height, 0 to 1. Default 0.</summary>
    public double TranslateY { get; init => field = Ranges.UpTo(value, 1, nameof(TranslateY)); }

    /// <summary>Smallest scale, above 0; uniform up to <see cref="MaxScale"/>. Default 1.</summary>
    public double MinScale { get; init => field = Ranges.Positive(value, nameof(MinScale)); } = 1;

    /// <summary>Largest scale, above 0. Default 1.</summary>
    public double MaxScale { get; init => field = Ranges.Positive(value, nameof(MaxScale)); } = 1;

    /// <summary>Largest shear of the rows in either direction, in degrees, 0 to 89. Default 0.</summary>
    public double ShearX { get; init => field = Ranges.UpTo(value, 89, nameof(ShearX)); }

    /// <summary>Largest shear of the columns in either direction, in degrees, 0 to 89. Default 0.</summary>
    public double ShearY { get; init => field = Ranges.UpTo(value, 89, nameof(ShearY)); }

    /// <summary>How values between pixels are found: nearest, bilinear or bicubic. Default nearest.</summary>
    public Interpolation Interpolation { get; init => field = Warp.Checked(value, nameof(Interpolation)); } = Interpolation.Nearest;

    /// <summary>What lies outside of the image is filled with it. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var degrees = random.NextDouble(-Degrees, Degrees);
        var (right, down) = (Within(TranslateX, ref random), Within(TranslateY, ref random));
        var scale = MinScale == MaxScale ? MinScale : random.NextDouble(MinScale, MaxScale);
        var shear = (Within(ShearX, ref random), Within(ShearY, ref random));
        var matrix = AffineMatrix.Of(
            degrees, (Math.Round(right * image.Width), Math.Round(down * image.Height)), scale, shear, (image.Width / 2.0, image.Height / 2.0));
        return image.Through(matrix, Interpolation, Fill, (image.Width, image.Height));
    }

    private static double Within(double limit, ref SplitMix64 random) => limit == 0 ? 0 : random.NextDouble(-limit, limit);
}
