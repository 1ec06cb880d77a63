namespace TransferLearning.Vision;

/// <summary>An affine map of positions: <c>x' = A x + B y + C</c>, <c>y' = D x + E y + F</c>.</summary>
internal readonly record struct AffineMatrix(double A, double B, double C, double D, double E, double F) : IPositionMap
{
    /// <inheritdoc/>
    public (double X, double Y) Source(double x, double y) => (A * x + B * y + C, D * x + E * y + F);

    /// <summary>Pillow's rotation by so many degrees anticlockwise about a point; cosine and sine are rounded to 15 digits.</summary>
    public static AffineMatrix Rotation(double degrees, (double X, double Y) centre)
    {
        var radians = -double.DegreesToRadians(degrees);
        var (cos, sin) = (Math.Round(Math.Cos(radians), 15), Math.Round(Math.Sin(radians), 15));
        return new AffineMatrix(cos, sin, 0, Math.Round(-Math.Sin(radians), 15), cos, 0).MovedTo(-centre.X, -centre.Y, centre);
    }

    /// <summary>
    /// torchvision's affine transform about a point: turned clockwise, sheared, scaled and moved; angles in degrees.
    /// </summary>
    public static AffineMatrix Of(
        double degrees, (double X, double Y) translation, double scale, (double X, double Y) shear, (double X, double Y) centre)
    {
        var (turn, shearX, shearY) = (double.DegreesToRadians(degrees), double.DegreesToRadians(shear.X), double.DegreesToRadians(shear.Y));
        var a = Math.Cos(turn - shearY) / Math.Cos(shearY);
        var b = -Math.Cos(turn - shearY) * Math.Tan(shearX) / Math.Cos(shearY) - Math.Sin(turn);
        var c = Math.Sin(turn - shearY) / Math.Cos(shearY);
        var d = -Math.Sin(turn - shearY) * Math.Tan(shearX) / Math.Cos(shearY) + Math.Cos(turn);
        return new AffineMatrix(d / scale, -b / scale, 0, -c / scale, a / scale, 0)
            .MovedTo(-centre.X - translation.X, -centre.Y - translation.Y, centre);
    }

    /// <summary>The same map of positions that are counted from another point.</summary>
    public AffineMatrix From(double x, double y)
    {
        var (c, f) = Source(x, y);
        return this with { C = c, F = f };
    }

    private AffineMatrix MovedTo(double x, double y, (double X, double Y) centre)
    {
        var moved = From(x, y);
        return moved with { C = moved.C + centre.X, F = moved.F + centre.Y };
    }
}
