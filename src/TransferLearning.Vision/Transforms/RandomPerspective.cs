namespace TransferLearning.Vision;

/// <summary>
/// Looks at an image from aside in some of the cases: each of its corners moves inwards at random, as in torchvision's RandomPerspective
/// on Pillow images.
/// </summary>
public sealed record RandomPerspective : IAugmentation
{
    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <summary>How far a corner moves at most, as a share of half the width and height, 0 to 1. Default 0.5.</summary>
    public double Distortion { get; init => field = Ranges.UpTo(value, 1, nameof(Distortion)); } = 0.5;

    /// <summary>How values between pixels are found: nearest, bilinear or bicubic. Default bilinear.</summary>
    public Interpolation Interpolation { get; init => field = Warp.Checked(value, nameof(Interpolation)); } = Interpolation.Bilinear;

    /// <summary>What lies outside of the image is filled with it. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (random.NextDouble() >= Probability) return image;
        var (right, bottom) = (image.Width - 1, image.Height - 1);
        var (dx, dy) = ((int)(Distortion * (image.Width / 2)) + 1, (int)(Distortion * (image.Height / 2)) + 1);
        (int X, int Y)[] corners = [(0, 0), (right, 0), (right, bottom), (0, bottom)];
        (int X, int Y)[] moved =
        [
            (random.NextInt(dx), random.NextInt(dy)),
            (right - random.NextInt(dx), random.NextInt(dy)),
            (right - random.NextInt(dx), bottom - random.NextInt(dy)),
            (random.NextInt(dx), bottom - random.NextInt(dy)),
        ];
        // Corners of a very small image may fall on one line.
        return PerspectiveMatrix.Between(corners, moved) is { } matrix
            ? image.Through(matrix, Interpolation, Fill, (image.Width, image.Height))
            : image;
    }
}
