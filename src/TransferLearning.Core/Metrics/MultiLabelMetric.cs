namespace TransferLearning;

/// <summary>Measures of a multi-label classifier. A label is answered where its logit is above 0; a target above one half holds.</summary>
public sealed record MultiLabelMetric : IMetric
{
    /// <inheritdoc/>
    public string Kind => MultiLabelResult.Name;

    /// <inheritdoc/>
    public IMetricState Start(IReadOnlyList<string> labels) => new State(NoNulls.Checked(labels, nameof(labels)));

    private sealed class State(IReadOnlyList<string> labels) : IMetricState
    {
        private readonly (int Hits, int Answers, int Support)[] _counts = new (int, int, int)[labels.Count];
        private readonly List<(float[] Scores, int[] Truth)> _examples = [];
        private int _right;

        public void Add(TensorSet output, TensorSet target)
        {
            ArgumentNullException.ThrowIfNull(output);
            ArgumentNullException.ThrowIfNull(target);
            var (outputs, targets) = OutputRows.Of(output.Values, target.Values, labels.Count);
            foreach (var (scores, truth) in outputs.Zip(targets))
            {
                List<int> holding = [];
                var isRight = true;
                for (var label = 0; label < scores.Length; label++)
                {
                    var (isAnswered, holds) = (scores[label] > 0, truth[label] > 0.5f);
                    isRight &= isAnswered == holds;
                    ref var count = ref _counts[label];
                    if (isAnswered) count.Answers++;
                    if (!holds) continue;
                    count.Support++;
                    if (isAnswered) count.Hits++;
                    holding.Add(label);
                }
                if (isRight) _right++;
                _examples.Add((scores, [.. holding]));
            }
        }

        public MetricResult Compute()
        {
            ClassMeasures[] classes = [.. labels.Select((name, label) => ClassMeasures.Of(name, _counts[label]))];
            var all = _counts.Aggregate((a, b) => (a.Hits + b.Hits, a.Answers + b.Answers, a.Support + b.Support));
            return new MultiLabelResult
            {
                MicroF1 = ClassMeasures.Of("", all).F1,
                MacroF1 = classes.Average(label => label.F1),
                SubsetAccuracy = _examples.Count == 0 ? double.NaN : (double)_right / _examples.Count,
                MeanAveragePrecision = Rankings().Select(ranking => ranking.AveragePrecision()).DefaultIfEmpty(double.NaN).Average(),
                Classes = classes,
            };
        }

        /// <summary>Those of the labels that occur, in one walk over the examples, whose scores lie side by side.</summary>
        private List<LabelRanking> Rankings()
        {
            var found = _examples.SelectMany(example => example.Truth.Select(label => (label, score: example.Scores[label])))
                .ToLookup(one => one.label, one => one.score);
            List<LabelRanking> rankings = [.. found.OrderBy(scores => scores.Key).Select(scores => new LabelRanking(scores.Key, scores))];
            foreach (var (scores, _) in _examples)
                foreach (var ranking in rankings) ranking.Add(scores[ranking.Label]);
            return rankings;
        }
    }
}
