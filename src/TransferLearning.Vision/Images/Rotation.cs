namespace TransferLearning.Vision;

/// <summary>Pillow's rotation of an image.</summary>
internal static class Rotation
{
    /// <summary>
    /// The image turned anticlockwise. Multiples of 90 degrees move pixels as they are, where the result has the right size.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="degrees">By how much, finite.</param>
    /// <param name="interpolation">Nearest, bilinear or bicubic.</param>
    /// <param name="fill">What the corners are filled with.</param>
    /// <param name="expand">Whether the result is as large as the whole turned image.</param>
    /// <param name="centre">What it is turned about; null: the centre.</param>
    public static RgbImage Rotate(
        this RgbImage image, double degrees, Interpolation interpolation, RgbColor fill = default, bool expand = false,
        (double X, double Y)? centre = null)
    {
        degrees %= 360;
        if (degrees < 0) degrees += 360;
        if (centre is null && degrees is 0 or 90 or 180 or 270 && (degrees is 0 or 180 || expand || image.Width == image.Height))
            return image.Upright(degrees switch
            {
                90 => Orientation.NeedsThreeQuarterTurn,
                180 => Orientation.HalfTurn,
                270 => Orientation.NeedsQuarterTurn,
                _ => Orientation.Upright,
            });

        var matrix = AffineMatrix.Rotation(degrees, centre ?? (image.Width / 2.0, image.Height / 2.0));
        if (!expand) return image.Through(matrix, interpolation, fill, (image.Width, image.Height));
        (double X, double Y)[] corners =
            [matrix.Source(0, 0), matrix.Source(image.Width, 0), matrix.Source(image.Width, image.Height), matrix.Source(0, image.Height)];
        var (width, height) = (Extent(corners.Select(corner => corner.X)), Extent(corners.Select(corner => corner.Y)));
        return image.Through(
            matrix.From(-(width - image.Width) / 2.0, -(height - image.Height) / 2.0), interpolation, fill, (width, height));
    }

    private static int Extent(IEnumerable<double> positions) => (int)Math.Ceiling(positions.Max()) - (int)Math.Floor(positions.Min());
}
