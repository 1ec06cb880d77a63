namespace TransferLearning.Vision;

/// <summary>
/// How strong the operations of a policy are, in equal steps (bins) from nothing on: torchvision's numbers, which are float32. The defaults
/// are RandAugment's and AutoAugment's.
/// </summary>
/// <param name="Bins">Number of steps, at least 2.</param>
internal sealed record AugmentationSpace(int Bins)
{
    private const int ByteBits = 8;

    private double Shear { get; init; } = 0.3;

    private double Degrees { get; init; } = 30;

    private double Factor { get; init; } = 0.9;

    private int LostBits { get; init; } = 4;

    /// <summary>Furthest movement in pixels; null: a share of the size.</summary>
    private double? Pixels { get; init; }

    /// <summary>TrivialAugment's wider one.</summary>
    public static AugmentationSpace Wide(int bins) => new(bins) { Shear = 0.99, Degrees = 135, Factor = 0.99, LostBits = 6, Pixels = 32 };

    /// <summary>The magnitude of an operation at a step, for an image of that size; 0 where it has none.</summary>
    public double Magnitude(ImageOperation operation, int bin, int width, int height) => operation switch
    {
        ImageOperation.ShearX or ImageOperation.ShearY => Step(0, Shear, bin),
        ImageOperation.TranslateX => Step(0, Pixels ?? 150.0 / 331 * width, bin),
        ImageOperation.TranslateY => Step(0, Pixels ?? 150.0 / 331 * height, bin),
        ImageOperation.Rotate => Step(0, Degrees, bin),
        ImageOperation.Brightness or ImageOperation.Color or ImageOperation.Contrast or ImageOperation.Sharpness => Step(0, Factor, bin),
        ImageOperation.Posterize => ByteBits - MathF.Round(bin / (float)((Bins - 1.0) / LostBits)),
        ImageOperation.Solarize => Step(255, 0, bin),
        _ => 0,
    };

    /// <summary>torch's linspace, which counts the upper half from its end and rounds once.</summary>
    private float Step(double start, double end, int bin)
    {
        var step = ((float)end - (float)start) / (Bins - 1);
        return bin < Bins / 2
            ? MathF.FusedMultiplyAdd(step, bin, (float)start)
            : MathF.FusedMultiplyAdd(-step, Bins - 1 - bin, (float)end);
    }
}
