namespace TransferLearning.Vision;

/// <summary>Keeps the highest bits of each value, in some of the cases.</summary>
/// <param name="Bits">Bits that are kept, 0 to 8.</param>
public sealed record RandomPosterize(int Bits) : IAugmentation
{
    /// <summary>Bits that are kept, 0 to 8.</summary>
    public int Bits { get; init => field = (int)Ranges.UpTo(value, 8, nameof(Bits)); } = (int)Ranges.UpTo(Bits, 8, nameof(Bits));

    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.Posterize(Bits) : image;
    }
}
