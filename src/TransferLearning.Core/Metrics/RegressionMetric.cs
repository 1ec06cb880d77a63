using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Keeps a regression's values over a whole evaluation set.</summary>
/// <param name="outputs">Names of the outputs in order.</param>
public sealed class RegressionMetric(IReadOnlyList<string> outputs) : IMetric
{
    private readonly List<float[]> _values = [];
    private readonly List<float[]> _targets = [];

    /// <inheritdoc/>
    public void Add(Tensor output, Tensor target)
    {
        var (values, targets) = OutputRows.Of(output, target, outputs.Count);
        _values.AddRange(values);
        _targets.AddRange(targets);
    }

    /// <summary>The measures over everything that was added; <see cref="Evaluation.Loss"/> is left to the caller.</summary>
    public Evaluation Compute()
    {
        var columns = Enumerable.Range(0, outputs.Count).Select(output => (Values: Column(_values, output), Targets: Column(_targets, output))).ToArray();
        return new RegressionEvaluation
        {
            Count = _values.Count,
            RootMeanSquaredError = columns.Average(column => Math.Sqrt(Mean(column.Values.Zip(column.Targets, (value, target) => Square(value - target))))),
            MeanAbsoluteError = columns.Average(column => Mean(column.Values.Zip(column.Targets, (value, target) => Math.Abs(value - target)))),
            R2 = columns.Average(column => Determination(column.Values, column.Targets)),
            Pearson = columns.Average(column => Correlation(column.Values, column.Targets)),
            Spearman = columns.Average(column => Correlation(Ranks(column.Values), Ranks(column.Targets))),
        };
    }

    private static double[] Column(List<float[]> rows, int output) => [.. rows.Select(row => (double)row[output])];

    private static double Determination(double[] values, double[] targets)
    {
        if (targets.Length < 2) return double.NaN;
        var (unexplained, all) = (values.Zip(targets, (value, target) => Square(value - target)).Sum(), Deviations(targets).Sum(Square));
        return all > 0 ? 1 - unexplained / all : unexplained == 0 ? 1 : 0;
    }

    private static double Correlation(double[] values, double[] targets)
    {
        var (a, b) = (Deviations(values), Deviations(targets));
        var scale = Math.Sqrt(a.Sum(Square) * b.Sum(Square));
        return scale > 0 ? a.Zip(b, (x, y) => x * y).Sum() / scale : double.NaN;
    }

    /// <summary>The place of each value in their order, from 1; equals share the mean of their places.</summary>
    private static double[] Ranks(double[] values)
    {
        var ranks = new double[values.Length];
        var before = 0;
        foreach (var equals in Enumerable.Range(0, values.Length).GroupBy(i => values[i]).OrderBy(group => group.Key).Select(group => group.ToArray()))
        {
            foreach (var i in equals) ranks[i] = before + (equals.Length + 1) / 2.0;
            before += equals.Length;
        }
        return ranks;
    }

    private static double[] Deviations(double[] values)
    {
        var mean = Mean(values);
        return Array.ConvertAll(values, value => value - mean);
    }

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static double Square(double value) => value * value;
}
