namespace TransferLearning;

/// <summary>How far up the examples with a label come when all are ordered by its score. Examples of equal score are answered together.</summary>
internal sealed class LabelRanking
{
    // From the highest on: what examples with the label scored, how many did so, and how many of all scored that or more, but less than the one before.
    private readonly float[] _scores;
    private readonly int[] _found;
    private readonly int[] _answers;

    /// <param name="label">The label's index.</param>
    /// <param name="found">The scores of the examples that have it.</param>
    public LabelRanking(int label, IEnumerable<float> found)
    {
        Label = label;
        var equals = found.GroupBy(score => score).OrderByDescending(group => group.Key).ToArray();
        (_scores, _found, _answers) = ([.. equals.Select(group => group.Key)], [.. equals.Select(group => group.Count())], new int[equals.Length]);
    }

    public int Label { get; }

    /// <summary>Counts an example, with or without the label, by its score.</summary>
    public void Add(float score)
    {
        var (first, end) = (0, _scores.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            // NaN is the lowest.
            if (_scores[middle].CompareTo(score) <= 0) end = middle;
            else first = middle + 1;
        }
        if (first < _answers.Length) _answers[first]++;
    }

    /// <summary>The sum of (R_n - R_(n-1)) P_n over the different scores.</summary>
    public double AveragePrecision()
    {
        var (answers, hits, sum) = (0, 0, 0.0);
        for (var i = 0; i < _scores.Length; i++)
        {
            (answers, hits) = (answers + _answers[i], hits + _found[i]);
            sum += (double)_found[i] * hits / answers;
        }
        return sum / hits;
    }
}
