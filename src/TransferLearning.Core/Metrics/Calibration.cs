using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// How far a classifier's probabilities can be trusted: its answers by their probability, in ten bins of equal width, and the share of right
/// ones in each (Guo et al., "On calibration of modern neural networks", 2017).
/// </summary>
public sealed record Calibration
{
    internal const int BinCount = 10;

    /// <summary>The bins from 0 to 1; the last one has its upper end.</summary>
    public required IReadOnlyList<CalibrationBin> Bins { get; init => field = NoNulls.Checked(value, nameof(Bins)); }

    /// <summary>Mean distance of confidence and accuracy over the answers, 0 to 1; NaN of none.</summary>
    public double ExpectedCalibrationError =>
        Bins.Sum(bin => bin.Count * Math.Abs(bin.Confidence - bin.Accuracy)) / Bins.Sum(bin => (double)bin.Count);

    internal JsonObject ToJson() => new()
    {
        ["expectedCalibrationError"] = MetricJson.Number(ExpectedCalibrationError),
        ["bins"] = MetricJson.Array(Bins.Select(bin => bin.ToJson())),
    };

    internal static Calibration Read(JsonObject json) =>
        new() { Bins = [.. json["bins"]!.AsArray().Select(bin => CalibrationBin.Read(bin!.AsObject()))] };
}

/// <summary>Answers of about the same probability.</summary>
/// <param name="Count">Number of answers.</param>
/// <param name="Confidence">Mean probability of the answers, 0 to 1; 0 where there are none.</param>
/// <param name="Accuracy">Share of right answers, 0 to 1; 0 where there are none.</param>
public sealed record CalibrationBin(int Count, double Confidence, double Accuracy)
{
    internal JsonObject ToJson() =>
        new() { ["count"] = Count, ["confidence"] = MetricJson.Number(Confidence), ["accuracy"] = MetricJson.Number(Accuracy) };

    internal static CalibrationBin Read(JsonObject json) =>
        new((int)json["count"]!, MetricJson.Number(json["confidence"]), MetricJson.Number(json["accuracy"]));
}
