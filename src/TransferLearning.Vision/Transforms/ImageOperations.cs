namespace TransferLearning.Vision;

/// <summary>The operations on images.</summary>
internal static class ImageOperations
{
    /// <summary>Whether a magnitude may be turned to its negative.</summary>
    public static bool IsSigned(this ImageOperation operation) => operation is >= ImageOperation.ShearX and <= ImageOperation.Sharpness;

    /// <summary>Whether it may be stronger or weaker.</summary>
    public static bool HasMagnitude(this ImageOperation operation) => operation is >= ImageOperation.ShearX and <= ImageOperation.Solarize;

    /// <summary>The image changed with that magnitude: torchvision's operations on Pillow images.</summary>
    public static RgbImage Apply(
        this ImageOperation operation, RgbImage image, double magnitude, Interpolation interpolation, RgbColor fill)
    {
        return operation switch
        {
            ImageOperation.Identity => image,
            ImageOperation.ShearX => Shear(magnitude, 0),
            ImageOperation.ShearY => Shear(0, magnitude),
            ImageOperation.TranslateX => Translate(magnitude, 0),
            ImageOperation.TranslateY => Translate(0, magnitude),
            ImageOperation.Rotate => image.Rotate(magnitude, interpolation, fill),
            ImageOperation.Brightness => image.AdjustBrightness(1 + magnitude),
            ImageOperation.Color => image.AdjustSaturation(1 + magnitude),
            ImageOperation.Contrast => image.AdjustContrast(1 + magnitude),
            ImageOperation.Sharpness => image.AdjustSharpness(1 + magnitude),
            ImageOperation.Posterize => image.Posterize((int)magnitude),
            ImageOperation.Solarize => image.Solarize(magnitude),
            ImageOperation.AutoContrast => image.AutoContrast(),
            ImageOperation.Equalize => image.Equalize(),
            ImageOperation.Invert => image.Invert(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "There is no such operation."),
        };

        // About the corner, as in the paper, and not about the centre.
        RgbImage Shear(double x, double y) => Affine((0, 0), (double.RadiansToDegrees(Math.Atan(x)), double.RadiansToDegrees(Math.Atan(y))), (0, 0));

        RgbImage Translate(double x, double y) =>
            Affine((Math.Truncate(x), Math.Truncate(y)), (0, 0), (image.Width / 2.0, image.Height / 2.0));

        RgbImage Affine((double, double) translation, (double, double) shear, (double, double) centre) => image.Through(
            AffineMatrix.Of(0, translation, 1, shear, centre), interpolation, fill, (image.Width, image.Height));
    }
}
