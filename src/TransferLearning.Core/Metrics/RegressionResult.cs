using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>Measures of a regression over a whole evaluation set; for several outputs the mean of each output's.</summary>
public sealed record RegressionResult : MetricResult
{
    internal const string Name = "regression";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>
    /// Coefficient of determination: 1 is perfect, 0 no better than the mean of the targets, below 0 worse. Of targets that are all
    /// the same 1 where every value is right, else 0; NaN of fewer than two examples.
    /// </summary>
    public required double R2 { get; init; }

    /// <summary>Root of the mean squared difference, in units of the target.</summary>
    public required double RootMeanSquaredError { get; init; }

    /// <summary>Mean difference without its sign, in units of the target.</summary>
    public required double MeanAbsoluteError { get; init; }

    /// <summary>Pearson's correlation, -1 to 1; NaN where values or targets are all the same.</summary>
    public required double Pearson { get; init; }

    /// <summary>Spearman's rank correlation, -1 to 1; NaN where values or targets are all the same.</summary>
    public required double Spearman { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Values =>
    [
        new("r2", R2), new("rootMeanSquaredError", RootMeanSquaredError, LowerIsBetter: true),
        new("meanAbsoluteError", MeanAbsoluteError, LowerIsBetter: true),
        new("pearson", Pearson), new("spearman", Spearman),
    ];

    internal static RegressionResult Read(JsonObject json) => new()
    {
        R2 = MetricJson.Number(json["r2"]),
        RootMeanSquaredError = MetricJson.Number(json["rootMeanSquaredError"]),
        MeanAbsoluteError = MetricJson.Number(json["meanAbsoluteError"]),
        Pearson = MetricJson.Number(json["pearson"]),
        Spearman = MetricJson.Number(json["spearman"]),
    };
}
