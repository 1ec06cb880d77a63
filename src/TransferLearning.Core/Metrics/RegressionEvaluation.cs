using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Measures of a regression over a whole evaluation set; for several outputs the mean of each output's.</summary>
public sealed record RegressionEvaluation : Evaluation
{
    /// <summary>Root of the mean squared difference, in units of the target.</summary>
    public required double RootMeanSquaredError { get; init; }

    /// <summary>Mean difference without its sign, in units of the target.</summary>
    public required double MeanAbsoluteError { get; init; }

    /// <summary>
    /// Coefficient of determination: 1 is perfect, 0 no better than the mean of the targets, below 0 worse. Of targets that are all
    /// the same 1 where every value is right, else 0; NaN of fewer than two examples.
    /// </summary>
    public required double R2 { get; init; }

    /// <summary>Pearson's correlation, -1 to 1; NaN where values or targets are all the same.</summary>
    public required double Pearson { get; init; }

    /// <summary>Spearman's rank correlation, -1 to 1; NaN where values or targets are all the same.</summary>
    public required double Spearman { get; init; }

    /// <summary>The coefficient of determination.</summary>
    [JsonIgnore]
    public override double Score => R2;
}
