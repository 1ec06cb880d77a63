using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Counts a classifier's answers over a whole evaluation set. The answer is the class of the largest logit, the first of equals.</summary>
/// <param name="labels">Names of the classes in order.</param>
public sealed class ClassificationMetric(IReadOnlyList<string> labels) : IMetric
{
    private readonly int[][] _confusion = [.. labels.Select(_ => new int[labels.Count])];

    /// <inheritdoc/>
    public void Add(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        if (output.dim() != 2 || output.shape[1] != labels.Count || target.dim() != 1 || target.shape[0] != output.shape[0] || target.dtype != ScalarType.Int64)
            throw new ArgumentException(
                $"A classifier of {labels.Count} classes is measured by outputs [N, {labels.Count}] and class indices [N] int64; got [{string.Join(", ", output.shape)}] and {target.dtype} [{string.Join(", ", target.shape)}].");
        var answers = MemoryMarshal.Cast<byte, long>(output.argmax(1).cpu().contiguous().bytes);
        var truths = MemoryMarshal.Cast<byte, long>(target.cpu().contiguous().bytes);
        foreach (var truth in truths)
            if (truth < 0 || truth >= labels.Count) throw new ArgumentException($"The class index {truth} is outside 0..{labels.Count - 1}.");
        for (var i = 0; i < answers.Length; i++) _confusion[truths[i]][answers[i]]++;
    }

    /// <summary>The measures over everything that was added; <see cref="Evaluation.Loss"/> is left to the caller.</summary>
    public Evaluation Compute()
    {
        var classes = labels.Select(Measures).ToArray();
        var count = _confusion.Sum(row => row.Sum());
        var right = Enumerable.Range(0, labels.Count).Sum(i => _confusion[i][i]);
        var seen = Enumerable.Range(0, labels.Count).Where(i => classes[i].Support > 0 || Answers(i) > 0).ToArray();
        return new ClassificationEvaluation
        {
            Count = count,
            Accuracy = count == 0 ? double.NaN : (double)right / count,
            AccuracyInterval = WilsonInterval(right, count),
            MacroF1 = seen.Length == 0 ? double.NaN : seen.Average(i => classes[i].F1),
            Classes = classes,
            Confusion = [.. _confusion.Select(row => row.ToArray())],
        };
    }

    /// <summary>The 95 % score interval of a share (Wilson, "Probable inference", 1927); [0, 1] of nothing.</summary>
    internal static double[] WilsonInterval(int hits, int count)
    {
        if (count == 0) return [0, 1];
        const double z = 1.959963984540054;
        var share = (double)hits / count;
        var scale = 1 + z * z / count;
        var centre = (share + z * z / (2 * count)) / scale;
        var half = z / scale * Math.Sqrt(share * (1 - share) / count + z * z / (4.0 * count * count));
        return [hits == 0 ? 0 : Math.Max(0, centre - half), hits == count ? 1 : Math.Min(1, centre + half)];
    }

    private int Answers(int label) => _confusion.Sum(row => row[label]);

    private ClassMeasures Measures(string name, int label)
    {
        var hits = _confusion[label][label];
        var (answers, support) = (Answers(label), _confusion[label].Sum());
        return new ClassMeasures(name, Ratio(hits, answers), Ratio(hits, support), Ratio(2 * hits, answers + support), support);

        static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
    }
}
