namespace TransferLearning.Vision;

/// <summary>
/// One of 25 pairs of operations that were found by search, each of the two with its probability and strength (Cubuk et al., "AutoAugment:
/// learning augmentation strategies from data", 2019; torchvision's AutoAugment on Pillow images). Drawn: the pair, two numbers against
/// the probabilities, two signs.
/// </summary>
/// <param name="Policy">The data set that the pairs were found on. Default ImageNet.</param>
public sealed record AutoAugment(AutoAugmentPolicy Policy = AutoAugmentPolicy.ImageNet) : IAugmentation
{
    private const int Bins = 10;

    /// <summary>The data set that the pairs were found on.</summary>
    public AutoAugmentPolicy Policy { get; init => field = Ranges.Defined(value, nameof(Policy)); } = Ranges.Defined(Policy, nameof(Policy));

    /// <summary>How values between pixels are found: nearest, bilinear or bicubic. Default nearest.</summary>
    public Interpolation Interpolation { get; init => field = Warp.Checked(value, nameof(Interpolation)); } = Interpolation.Nearest;

    /// <summary>What lies outside of the image is filled with it. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var space = new AugmentationSpace(Bins);
        var (width, height) = (image.Width, image.Height);
        var pairs = Pairs(Policy);
        var (first, second) = pairs[random.NextInt(pairs.Count)];
        var (drawn, other) = (random.NextDouble(), random.NextDouble());
        var (negative, otherNegative) = (random.NextInt(2) == 0, random.NextInt(2) == 0);
        return Step(Step(image, first, drawn, negative), second, other, otherNegative);

        RgbImage Step(RgbImage from, PolicyStep step, double number, bool negate)
        {
            if (number > step.Probability) return from;
            var magnitude = space.Magnitude(step.Operation, step.Bin, width, height);
            return step.Operation.Apply(from, negate && step.Operation.IsSigned() ? -magnitude : magnitude, Interpolation, Fill);
        }
    }

    internal static IReadOnlyList<PolicyPair> Pairs(AutoAugmentPolicy policy) => policy switch
    {
        AutoAugmentPolicy.Cifar10 => AutoAugmentTables.Cifar10,
        AutoAugmentPolicy.Svhn => AutoAugmentTables.Svhn,
        _ => AutoAugmentTables.ImageNet,
    };
}
