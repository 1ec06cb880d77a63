namespace TransferLearning.Vision;

/// <summary>
/// Some operations after the other, each drawn from fourteen, all with the same strength (Cubuk et al., "RandAugment: practical automated
/// data augmentation with a reduced search space", 2020; torchvision's RandAugment on Pillow images). Drawn for each: the operation, then
/// its sign where it has one.
/// </summary>
public sealed record RandAugment : IAugmentation
{
    // Inverting is AutoAugment's alone.
    internal const int Choices = (int)ImageOperation.Invert;

    /// <summary>How many operations, 0 to 100. Default 2.</summary>
    public int Operations { get; init => field = (int)Ranges.UpTo(value, 100, nameof(Operations)); } = 2;

    /// <summary>How strong they are, from 0 to the number of <see cref="Bins"/> less one. Default 9.</summary>
    public int Magnitude { get; init => field = (int)Ranges.UpTo(value, Ranges.MaxBins - 1, nameof(Magnitude)); } = 9;

    /// <summary>Steps from no change to the strongest, 2 to 1000. Default 31.</summary>
    public int Bins { get; init => field = Ranges.Bins(value, nameof(Bins)); } = 31;

    /// <summary>How values between pixels are found: nearest, bilinear or bicubic. Default nearest.</summary>
    public Interpolation Interpolation { get; init => field = Warp.Checked(value, nameof(Interpolation)); } = Interpolation.Nearest;

    /// <summary>What lies outside of the image is filled with it. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException"><see cref="Magnitude"/> is not below <see cref="Bins"/>.</exception>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Magnitude >= Bins)
            throw new InvalidOperationException($"RandAugment's magnitude {Magnitude} is to be below its number of bins, {Bins}.");
        var space = new AugmentationSpace(Bins);
        var (width, height) = (image.Width, image.Height);
        for (var i = 0; i < Operations; i++)
        {
            var operation = (ImageOperation)random.NextInt(Choices);
            var magnitude = space.Magnitude(operation, Magnitude, width, height);
            if (operation.IsSigned() && random.NextInt(2) == 1) magnitude = -magnitude;
            image = operation.Apply(image, magnitude, Interpolation, Fill);
        }
        return image;
    }
}
