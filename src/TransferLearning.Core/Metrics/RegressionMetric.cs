namespace TransferLearning;

/// <summary>Errors and correlations of a regression's values.</summary>
public sealed record RegressionMetric : IMetric
{
    /// <inheritdoc/>
    public string Kind => RegressionResult.Name;

    /// <inheritdoc/>
    public IMetricState Start(IReadOnlyList<string> labels) => new State(labels);

    private sealed class State(IReadOnlyList<string> labels) : IMetricState
    {
        private readonly List<float[]> _values = [];
        private readonly List<float[]> _targets = [];

        public void Add(TensorSet output, TensorSet target)
        {
            ArgumentNullException.ThrowIfNull(output);
            ArgumentNullException.ThrowIfNull(target);
            var (values, targets) = OutputRows.Of(output.Values, target.Values, labels.Count);
            _values.AddRange(values);
            _targets.AddRange(targets);
        }

        public MetricResult Compute()
        {
            var columns = Enumerable.Range(0, labels.Count)
                .Select(output => (Values: Column(_values, output), Targets: Column(_targets, output))).ToArray();
            return new RegressionResult
            {
                RootMeanSquaredError = columns.Average(
                    column => Math.Sqrt(Mean(column.Values.Zip(column.Targets, (value, target) => Square(value - target))))),
                MeanAbsoluteError = columns.Average(
                    column => Mean(column.Values.Zip(column.Targets, (value, target) => Math.Abs(value - target)))),
                R2 = columns.Average(column => Determination(column.Values, column.Targets)),
                Pearson = columns.Average(column => Correlation(column.Values, column.Targets)),
                Spearman = columns.Average(column => Correlation(Ranks(column.Values), Ranks(column.Targets))),
            };
        }

        private static double[] Column(List<float[]> rows, int output) => [.. rows.Select(row => (double)row[output])];

        private static double Determination(double[] values, double[] targets)
        {
            if (targets.Length < 2) return double.NaN;
            var (unexplained, all) = (
                values.Zip(targets, (value, target) => Square(value - target)).Sum(), Deviations(targets).Sum(Square));
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
            foreach (
                var equals in Enumerable.Range(0, values.Length).GroupBy(i => values[i]).OrderBy(group => group.Key).Select(group => group.ToArray()))
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
}
