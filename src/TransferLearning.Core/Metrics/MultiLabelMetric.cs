namespace TransferLearning;

/// <summary>Measures of a multi-label classifier. A label is answered where its logit is above 0; a target above one half holds.</summary>
public sealed record MultiLabelMetric : IMetric
{
    /// <inheritdoc/>
    public string Kind => MultiLabelResult.Name;

    /// <inheritdoc/>
    public IMetricState Start(IReadOnlyList<string> labels) => new State(labels);

    private sealed class State(IReadOnlyList<string> labels) : IMetricState
    {
        private readonly List<(float[] Scores, bool[] Truth)> _examples = [];

        public void Add(TensorSet output, TensorSet target)
        {
            ArgumentNullException.ThrowIfNull(output);
            ArgumentNullException.ThrowIfNull(target);
            var (outputs, targets) = OutputRows.Of(output.Values, target.Values, labels.Count);
            foreach (var (scores, truth) in outputs.Zip(targets))
                _examples.Add((scores, [.. truth.Select(value => value > 0.5f)]));
        }

        public MetricResult Compute()
        {
            ClassMeasures[] classes = [.. labels.Select((name, label) => ClassMeasures.Of(name, Counts(label)))];
            var counts = Enumerable.Range(0, labels.Count).Select(Counts)
                .Aggregate((a, b) => (a.Hits + b.Hits, a.Answers + b.Answers, a.Support + b.Support));
            return new MultiLabelResult
            {
                MicroF1 = ClassMeasures.Of("", counts).F1,
                MacroF1 = classes.Average(label => label.F1),
                SubsetAccuracy = _examples.Count == 0 ? double.NaN : _examples.Average(example => IsRight(example) ? 1.0 : 0.0),
                MeanAveragePrecision = Enumerable.Range(0, labels.Count).Where(label => classes[label].Support > 0)
                    .Select(AveragePrecision).DefaultIfEmpty(double.NaN).Average(),
                Classes = classes,
            };
        }

        private static bool IsRight((float[] Scores, bool[] Truth) example) =>
            example.Scores.Zip(example.Truth).All(label => label.First > 0 == label.Second);

        private (int Hits, int Answers, int Support) Counts(int label) => (
            _examples.Count(example => example.Scores[label] > 0 && example.Truth[label]),
            _examples.Count(example => example.Scores[label] > 0),
            _examples.Count(example => example.Truth[label]));

        private double AveragePrecision(int label)
        {
            var (answers, hits, sum) = (0, 0, 0.0);
            // Examples of equal score are answered together.
            foreach (var equals in _examples.GroupBy(example => example.Scores[label]).OrderByDescending(group => group.Key))
            {
                var found = equals.Count(example => example.Truth[label]);
                (answers, hits) = (answers + equals.Count(), hits + found);
                sum += (double)found * hits / answers;
            }
            return sum / hits;
        }
    }
}
