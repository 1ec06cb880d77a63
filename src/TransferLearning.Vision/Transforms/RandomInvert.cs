namespace TransferLearning.Vision;

/// <summary>Inverts the colours, in some of the cases.</summary>
public sealed record RandomInvert : IAugmentation
{
    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.Invert() : image;
    }
}
