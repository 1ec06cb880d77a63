using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Measures of a multi-label classifier over a whole evaluation set. A label is answered where its probability is above one half.</summary>
public sealed record MultiLabelEvaluation : Evaluation
{
    /// <summary>F1 of all answers of all labels together.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>Mean of the labels' F1; 0 for a label that neither occurs nor is answered.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Share of examples with every label right, 0 to 1.</summary>
    public required double SubsetAccuracy { get; init; }

    /// <summary>
    /// Mean over the labels that occur of the average precision, whatever the threshold: the sum of (R_n - R_(n-1)) P_n over the
    /// different scores. NaN where no label occurs.
    /// </summary>
    public required double MeanAveragePrecision { get; init; }

    /// <summary>Measures of each label, in the order of the labels.</summary>
    public required IReadOnlyList<ClassMeasures> Classes { get; init; }

    /// <summary>The micro F1.</summary>
    [JsonIgnore]
    public override double Score => MicroF1;
}
