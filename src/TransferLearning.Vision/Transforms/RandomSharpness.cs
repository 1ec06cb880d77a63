namespace TransferLearning.Vision;

/// <summary>Makes an image sharper or softer, in some of the cases.</summary>
/// <param name="Factor">How sharp: 0 is smoothed, 1 the image itself, 2 twice as sharp; at least 0.</param>
public sealed record RandomSharpness(double Factor) : IAugmentation
{
    /// <summary>How sharp: 0 is smoothed, 1 the image itself, 2 twice as sharp; at least 0.</summary>
    public double Factor { get; init => field = Ranges.UpTo(value, double.MaxValue, nameof(Factor)); } = Ranges.UpTo(Factor, double.MaxValue, nameof(Factor));

    /// <summary>How often, 0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 0.5;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return random.NextDouble() < Probability ? image.AdjustSharpness(Factor) : image;
    }
}
