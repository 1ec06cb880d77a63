namespace TransferLearning;

/// <summary>The measures of a model over a whole evaluation set.</summary>
public sealed partial record Evaluation
{
    /// <summary>Name of the loss among the numbers.</summary>
    public const string LossName = "loss";

    /// <summary>Number of examples.</summary>
    public required int Count { get; init; }

    /// <summary>Mean loss over the examples.</summary>
    public required double Loss { get; init; }

    /// <summary>What each metric says.</summary>
    public IReadOnlyList<MetricResult> Results { get; init => field = NoNulls.Checked(value, nameof(Results)); } = [];

    /// <summary>All numbers by which models can be compared: those of the metrics in order, then the loss.</summary>
    public IReadOnlyList<MetricValue> Values => [.. Results.SelectMany(result => result.Values), new(LossName, Loss, LowerIsBetter: true)];

    /// <summary>The number that tells most: the first metric's first, such as the accuracy; the loss where there is no metric.</summary>
    public MetricValue Primary => Values[0];

    /// <summary>The number of that name, such as <c>"accuracy"</c> or <c>"loss"</c>.</summary>
    /// <exception cref="KeyNotFoundException">Nothing of that name was measured; the message lists the names.</exception>
    public double this[string name] => Find(name).Value;

    /// <summary>Measures of a classifier; null where it is none.</summary>
    public ClassificationResult? Classification => Results.OfType<ClassificationResult>().FirstOrDefault();

    /// <summary>What a metric of that type says; null where there is none: <c>Result&lt;RegressionResult&gt;()</c>.</summary>
    public T? Result<T>() where T : MetricResult => Results.OfType<T>().FirstOrDefault();

    /// <summary>Share of right answers of a classifier, 0 to 1; NaN where it is none.</summary>
    public double Accuracy =>
        Results.SelectMany(result => result.Values).Where(value => value.Name == "accuracy").Select(value => value.Value)
            .FirstOrDefault(double.NaN);

    /// <summary>The number of that name, with the direction that is better.</summary>
    /// <exception cref="KeyNotFoundException">Nothing of that name was measured; the message lists the names.</exception>
    public MetricValue Find(string name) => Values.Select(value => (MetricValue?)value).FirstOrDefault(value => value!.Value.Name == name)
        ?? throw new KeyNotFoundException(
            $"Nothing of the name '{name}' is measured.{NearestName.Hint(name, Values.Select(value => value.Name))} There are: "
            + $"{string.Join(", ", Values.Select(value => value.Name))}.");

    /// <summary>The same number, as one of which less is always better: for comparisons. What is no number is worse than any.</summary>
    internal double Cost(string name) => Find(name) switch
    {
        { Value: double.NaN } => double.PositiveInfinity,
        var found => found.LowerIsBetter ? found.Value : -found.Value,
    };
}
