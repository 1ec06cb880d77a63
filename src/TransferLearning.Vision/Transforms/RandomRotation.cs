namespace TransferLearning.Vision;

/// <summary>Turns an image by a random angle, as torchvision's RandomRotation does on Pillow images.</summary>
/// <param name="Degrees">Largest angle in either direction, 0 to 360: the angle is uniform between its negative and itself.</param>
public sealed record RandomRotation(double Degrees) : IAugmentation
{
    /// <summary>Largest angle in either direction, in degrees, 0 to 360.</summary>
    public double Degrees { get; init => field = Ranges.UpTo(value, 360, nameof(Degrees)); } = Ranges.UpTo(Degrees, 360, nameof(Degrees));

    /// <summary>How values between pixels are found: nearest, bilinear or bicubic. Default nearest.</summary>
    public Interpolation Interpolation { get; init => field = Warp.Checked(value, nameof(Interpolation)); } = Interpolation.Nearest;

    /// <summary>Whether the result is as large as the whole turned image, before it is brought to the backbone's size. Default false.</summary>
    public bool Expand { get; init; }

    /// <summary>What the corners are filled with. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Rotate(random.NextDouble(-Degrees, Degrees), Interpolation, Fill, Expand);
    }
}
