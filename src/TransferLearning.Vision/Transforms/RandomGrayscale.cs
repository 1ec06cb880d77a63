namespace TransferLearning.Vision;

/// <summary>Takes the colours away in some of the cases; the image keeps three channels.</summary>
public sealed record RandomGrayscale : IAugmentation
{
    /// <summary>How often, 0 to 1. Default 0.1.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.1;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.Grayscale() : image;
    }
}
