namespace TransferLearning.Vision;

/// <summary>
/// Continues an image beyond its border and cuts a part of the backbone's size out at random, as torchvision's RandomCrop does: with a
/// padding of 4 the usual augmentation of CIFAR. An image that is still too small is filled up, the odd pixel after it.
/// </summary>
public sealed record RandomCrop : IAugmentation
{
    /// <summary>Pixels that are added on each side, 0 to 4096. Default 0.</summary>
    public int Padding { get; init => field = (int)Ranges.UpTo(value, 4096, nameof(Padding)); }

    /// <summary>What is added. Default one colour.</summary>
    public PaddingMode Mode { get; init => field = Ranges.Defined(value, nameof(Mode)); }

    /// <summary>The colour of <see cref="PaddingMode.Constant"/>. Default black.</summary>
    public RgbColor Fill { get; init; }

    /// <inheritdoc/>
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(spec);
        var (more, taller) = (Math.Max(0, spec.Width - image.Width - 2 * Padding), Math.Max(0, spec.Height - image.Height - 2 * Padding));
        var padded = image.Pad(
            Padding + more / 2, Padding + taller / 2, Padding + (more + 1) / 2, Padding + (taller + 1) / 2, Mode, Fill);
        var top = random.NextInt(padded.Height - spec.Height + 1);
        return padded.Crop(random.NextInt(padded.Width - spec.Width + 1), top, spec.Width, spec.Height);
    }
}
