using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// How the vectors of a transformer's places become those of another grid: the way of the library whose weights they are, since the ways
/// differ by far more than a rounding error. Both are bicubic and work on rows and columns separately.
/// </summary>
/// <param name="axis">The matrix <c>[new, old]</c> that resamples an axis.</param>
internal sealed class PlaceResampling(Func<int, int, double[,]> axis)
{
    /// <summary>timm's: antialiased, between the pixels' centres.</summary>
    public static PlaceResampling Timm { get; } = new(Antialiased);

    /// <summary>torchvision's: four neighbors, the corners stay where they are. torchvision itself takes squares only.</summary>
    public static PlaceResampling Torchvision { get; } = new(BetweenCorners);

    /// <summary>Resamples <c>[1, 1 + rows * columns, D]</c>; the first, the class token's, stays as it is.</summary>
    public Tensor Resample(Tensor places, (int Rows, int Columns) from, (int Rows, int Columns) to)
    {
        using var scope = NewDisposeScope();
        var width = places.size(2);
        var grid = places.narrow(1, 1, places.size(1) - 1).reshape(from.Rows, from.Columns, width);
        var resampled = einsum("ir,rcd,jc->ijd", Matrix(from.Rows, to.Rows), grid, Matrix(from.Columns, to.Columns));
        return cat([places.narrow(1, 0, 1), resampled.reshape(1, -1, width)], 1).MoveToOuterDisposeScope();
    }

    private Tensor Matrix(int from, int to) => tensor(axis(from, to), ScalarType.Float32);

    private static double[,] Antialiased(int from, int to)
    {
        var matrix = new double[to, from];
        var ratio = (double)from / to;
        var stretch = Math.Max(ratio, 1);
        for (var i = 0; i < to; i++)
        {
            var center = (i + 0.5) * ratio;
            var (first, end) = ((int)Math.Max(center - 2 * stretch + 0.5, 0), Math.Min((int)(center + 2 * stretch + 0.5), from));
            var sum = 0.0;
            for (var j = first; j < end; j++) sum += matrix[i, j] = Cubic((j - center + 0.5) / stretch, -0.5);
            for (var j = first; j < end; j++) matrix[i, j] /= sum;
        }
        return matrix;
    }

    private static double[,] BetweenCorners(int from, int to)
    {
        var matrix = new double[to, from];
        for (var i = 0; i < to; i++)
        {
            var x = to == 1 ? 0 : (double)i * (from - 1) / (to - 1);
            var left = (int)Math.Floor(x);
            for (var j = left - 1; j <= left + 2; j++) matrix[i, Math.Clamp(j, 0, from - 1)] += Cubic(j - x, -0.75);
        }
        return matrix;
    }

    private static double Cubic(double t, double a) => Math.Abs(t) switch
    {
        <= 1 and var x => (a + 2) * x * x * x - (a + 3) * x * x + 1,
        < 2 and var x => a * (x * x * x - 5 * x * x + 8 * x - 4),
        _ => 0,
    };
}
