namespace TransferLearning.Vision;

/// <summary>
/// One operation of fourteen, of any strength (Müller and Hutter, "TrivialAugment: tuning-free yet state-of-the-art data augmentation",
/// 2021; torchvision's TrivialAugmentWide on Pillow images). Drawn: the operation, its strength where it has one, its sign where it has one.
/// </summary>
public sealed record TrivialAugmentWide : IAugmentation
{
    /// <summary>Steps from no change to the strongest, 2 to 1000. Default 31.</summary>
    public int Bins { get; init => field = Ranges.Bins(value, nameof(Bins)); } = 31;

    /// <summary>How values between pixels are found: nearest, bilinear or bicubic. Default nearest.</summary>
    public Interpolation Interpolation { get; init => field = Warp.Checked(value, nameof(Interpolation)); } = Interpolation.Nearest;

    /// <summary>What lies outside of the image is filled with it. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var operation = (ImageOperation)random.NextInt(RandAugment.Choices);
        var magnitude = operation.HasMagnitude()
            ? AugmentationSpace.Wide(Bins).Magnitude(operation, random.NextInt(Bins), image.Width, image.Height)
            : 0;
        if (operation.IsSigned() && random.NextInt(2) == 1) magnitude = -magnitude;
        return operation.Apply(image, magnitude, Interpolation, Fill);
    }
}
