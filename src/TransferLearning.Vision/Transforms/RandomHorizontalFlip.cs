namespace TransferLearning.Vision;

/// <summary>Mirrors an image left to right in some of the cases.</summary>
public sealed record RandomHorizontalFlip : IAugmentation
{
    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.FlipHorizontal() : image;
    }
}
