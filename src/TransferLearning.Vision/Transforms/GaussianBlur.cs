namespace TransferLearning.Vision;

/// <summary>Blurs an image by a Gaussian of random width, as torchvision's GaussianBlur does; the border is reflected.</summary>
/// <param name="KernelSize">Pixels on a side of the kernel; odd, 1 to 255.</param>
public sealed record GaussianBlur(int KernelSize) : IAugmentation
{
    /// <summary>Pixels on a side of the kernel; odd, 1 to 255.</summary>
    public int KernelSize { get; init => field = Ranges.Odd(value, nameof(KernelSize)); } = Ranges.Odd(KernelSize, nameof(KernelSize));

    /// <summary>Smallest standard deviation in pixels, above 0; uniform up to <see cref="MaxSigma"/>. Default 0.1.</summary>
    public double MinSigma { get; init => field = Ranges.Positive(value, nameof(MinSigma)); } = 0.1;

    /// <summary>Largest standard deviation in pixels, above 0. Default 2.</summary>
    public double MaxSigma { get; init => field = Ranges.Positive(value, nameof(MaxSigma)); } = 2;

    /// <summary>How often, 0 to 1. Default 1.</summary>
    public double Probability { get; init => field = Ranges.Probability(value, nameof(Probability)); } = 1;

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (random.NextDouble() >= Probability) return image;
        var sigma = random.NextDouble(MinSigma, MaxSigma);
        return image.Blur(KernelSize, KernelSize, sigma, sigma);
    }
}
