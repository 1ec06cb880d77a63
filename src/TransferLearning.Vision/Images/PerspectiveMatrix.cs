namespace TransferLearning.Vision;

/// <summary>A perspective map of positions, of eight coefficients that are rounded to float32 as torchvision does.</summary>
internal sealed class PerspectiveMatrix(float[] coefficients) : IPositionMap
{
    private readonly double[] _k = Array.ConvertAll(coefficients, value => (double)value);

    /// <summary>The eight numbers, as Pillow takes them.</summary>
    public IReadOnlyList<float> Coefficients { get; } = coefficients;

    /// <inheritdoc/>
    public (double X, double Y) Source(double x, double y)
    {
        var z = _k[6] * x + _k[7] * y + 1;
        return ((_k[0] * x + _k[1] * y + _k[2]) / z, (_k[3] * x + _k[4] * y + _k[5]) / z);
    }

    /// <summary>The map that brings four points of an image to four others; null where there is none.</summary>
    public static PerspectiveMatrix? Between(IReadOnlyList<(int X, int Y)> start, IReadOnlyList<(int X, int Y)> end)
    {
        var equations = new double[8][];
        for (var i = 0; i < 4; i++)
        {
            var ((fromX, fromY), (x, y)) = (start[i], end[i]);
            equations[2 * i] = [x, y, 1, 0, 0, 0, -fromX * x, -fromX * y, fromX];
            equations[2 * i + 1] = [0, 0, 0, x, y, 1, -fromY * x, -fromY * y, fromY];
        }
        return Solve(equations) is { } solution ? new(Array.ConvertAll(solution, value => (float)value)) : null;
    }

    /// <summary>Gauss's elimination with the largest pivot of each column.</summary>
    private static double[]? Solve(double[][] rows)
    {
        const double singular = 1e-9;
        for (var column = 0; column < rows.Length; column++)
        {
            var pivot = Enumerable.Range(column, rows.Length - column).MaxBy(row => Math.Abs(rows[row][column]));
            if (Math.Abs(rows[pivot][column]) < singular) return null;
            (rows[column], rows[pivot]) = (rows[pivot], rows[column]);
            foreach (var row in rows.Where(row => row != rows[column]))
            {
                var factor = row[column] / rows[column][column];
                for (var i = column; i <= rows.Length; i++) row[i] -= factor * rows[column][i];
            }
        }
        return [.. rows.Select((row, i) => row[^1] / row[i])];
    }
}
