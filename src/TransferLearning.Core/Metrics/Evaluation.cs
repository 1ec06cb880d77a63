using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>The measures of a model over a whole evaluation set.</summary>
[JsonConverter(typeof(EvaluationJson))]
public abstract record Evaluation
{
    /// <summary>Number of examples.</summary>
    public required int Count { get; init; }

    /// <summary>Mean loss over the examples.</summary>
    public double Loss { get; init; }

    /// <summary>The one number by which models are compared, higher is better: accuracy for classification, micro F1 for several labels, R2 for a regression.</summary>
    [JsonIgnore]
    public abstract double Score { get; }
}
