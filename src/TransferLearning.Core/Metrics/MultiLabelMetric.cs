using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Keeps a multi-label classifier's answers over a whole evaluation set. A label is answered where its logit is above 0; a target above one half holds.</summary>
/// <param name="labels">Names of the labels in order.</param>
public sealed class MultiLabelMetric(IReadOnlyList<string> labels) : IMetric
{
    private readonly List<(float[] Scores, bool[] Truth)> _examples = [];

    /// <inheritdoc/>
    public void Add(Tensor output, Tensor target)
    {
        var (outputs, targets) = OutputRows.Of(output, target, labels.Count);
        foreach (var (scores, truth) in outputs.Zip(targets))
            _examples.Add((scores, [.. truth.Select(value => value > 0.5f)]));
    }

    /// <summary>The measures over everything that was added; <see cref="Evaluation.Loss"/> is left to the caller.</summary>
    public Evaluation Compute()
    {
        var counts = Enumerable.Range(0, labels.Count).Select(Counts).ToArray();
        return new MultiLabelEvaluation
        {
            Count = _examples.Count,
            MicroF1 = F1(counts.Sum(label => label.Hits), counts.Sum(label => label.Answers), counts.Sum(label => label.Support)),
            MacroF1 = counts.Average(label => F1(label.Hits, label.Answers, label.Support)),
            SubsetAccuracy = _examples.Count == 0 ? double.NaN : _examples.Average(example => IsRight(example) ? 1.0 : 0.0),
            MeanAveragePrecision = Enumerable.Range(0, labels.Count).Where(label => counts[label].Support > 0)
                .Select(AveragePrecision).DefaultIfEmpty(double.NaN).Average(),
            Classes = [.. labels.Zip(counts, (name, label) => new ClassMeasures(
                name, Ratio(label.Hits, label.Answers), Ratio(label.Hits, label.Support), F1(label.Hits, label.Answers, label.Support), label.Support))],
        };
    }

    private static bool IsRight((float[] Scores, bool[] Truth) example) => example.Scores.Zip(example.Truth).All(label => label.First > 0 == label.Second);

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

    private static double F1(int hits, int answers, int support) => Ratio(2 * hits, answers + support);

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
