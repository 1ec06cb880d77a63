namespace TransferLearning.Vision;

/// <summary>Inverts the values from a threshold on, in some of the cases.</summary>
/// <param name="Threshold">The smallest value that is inverted, 0 to 256.</param>
public sealed record RandomSolarize(double Threshold) : IAugmentation
{
    /// <summary>The smallest value that is inverted, 0 to 256.</summary>
    public double Threshold { get; init => field = Ranges.UpTo(value, 256, nameof(Threshold)); } = Ranges.UpTo(Threshold, 256, nameof(Threshold));

    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.Solarize(Threshold) : image;
    }
}
