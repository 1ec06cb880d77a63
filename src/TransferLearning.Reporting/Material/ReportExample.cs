namespace TransferLearning.Reporting;

/// <summary>An example that a classifier was asked about, as the page shows it.</summary>
/// <param name="Name">What it is called: a file, or a number.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Answer">What the classifier took it for.</param>
/// <param name="Probability">How likely the classifier held its answer, 0 to 1.</param>
/// <param name="TruthProbability">How likely the classifier held its class, 0 to 1.</param>
public sealed record ReportExample(string Name, string Truth, string Answer, double Probability, double TruthProbability)
{
    /// <summary>The text that was classified; null (default) where it is none.</summary>
    public string? Text { get; init; }

    /// <summary>The image and what explains the answer, such as a Grad-CAM map. Default: none.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init => field = NoNulls.Checked(value, nameof(Pictures)); } = [];

    /// <summary>The wrong answers, first the one whose class was held least likely.</summary>
    /// <param name="answers">What the classifier said of each example.</param>
    /// <param name="truths">The class of each example, in the same order.</param>
    /// <param name="names">What each example is called, in the same order.</param>
    /// <param name="count">How many at most. Default 12.</param>
    /// <exception cref="ArgumentException">There are not as many of the ones as of the others.</exception>
    /// <exception cref="KeyNotFoundException">The classifier does not know a class.</exception>
    public static IReadOnlyList<ReportExample> MostWrong(
        IEnumerable<Classification> answers, IReadOnlyList<string> truths, IReadOnlyList<string> names, int count = 12)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var all = NoNulls.Checked<Classification>([.. answers], nameof(answers));
        if (all.Count != truths.Count || all.Count != names.Count)
            throw new ArgumentException(
                $"There are {all.Count} answers, {truths.Count} classes and {names.Count} names: give one of each for every example.");
        return
        [
            .. all.Select((answer, i) => new ReportExample(names[i], truths[i], answer.Best.Label, answer.Best.Probability, answer[truths[i]]))
                .Where(example => example.Answer != example.Truth).OrderBy(example => example.TruthProbability).Take(count),
        ];
    }
}
