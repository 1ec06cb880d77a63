using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// Measures of a multi-label classifier over a whole evaluation set. A label is answered where its probability is above one half.
/// </summary>
public sealed record MultiLabelResult : MetricResult
{
    internal const string Name = "multi-label";

    /// <inheritdoc/>
    public override string Kind => Name;

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
    public required IReadOnlyList<ClassMeasures> Classes { get; init => field = NoNulls.Checked(value, nameof(Classes)); }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Values =>
        [new("microF1", MicroF1), new("macroF1", MacroF1), new("subsetAccuracy", SubsetAccuracy), new("meanAveragePrecision", MeanAveragePrecision)];

    /// <inheritdoc/>
    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json["classes"] = MetricJson.Array(Classes.Select(one => one.ToJson()));
        return json;
    }

    internal static MultiLabelResult Read(JsonObject json) => new()
    {
        MicroF1 = MetricJson.Number(json["microF1"]),
        MacroF1 = MetricJson.Number(json["macroF1"]),
        SubsetAccuracy = MetricJson.Number(json["subsetAccuracy"]),
        MeanAveragePrecision = MetricJson.Number(json["meanAveragePrecision"]),
        Classes = [.. json["classes"]!.AsArray().Select(one => ClassMeasures.Read(one!.AsObject()))],
    };
}
