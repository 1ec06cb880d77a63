namespace TransferLearning.Vision;

/// <summary>Mirrors an image top to bottom in some of the cases: for pictures that have no upper side, such as those from above.</summary>
public sealed record RandomVerticalFlip : IAugmentation
{
    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.FlipVertical() : image;
    }
}
