using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>Measures of a classifier over a whole evaluation set.</summary>
public sealed record ClassificationResult : MetricResult
{
    internal const string Name = "classification";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Number of answers: of examples, or of words.</summary>
    public required int Count { get; init; }

    /// <summary>Share of right answers, 0 to 1; NaN of none.</summary>
    public required double Accuracy { get; init; }

    /// <summary>95 % interval of the accuracy (Wilson score, 1927): [low, high].</summary>
    public required IReadOnlyList<double> AccuracyInterval { get; init; }

    /// <summary>Mean of the classes' F1, over classes that occur in the truth or in the answers.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Measures of each class, in the order of the labels; empty where they have no names.</summary>
    public required IReadOnlyList<ClassMeasures> Classes { get; init => field = NoNulls.Checked(value, nameof(Classes)); }

    /// <summary>Which classes were taken for which.</summary>
    public required ConfusionMatrix Confusion { get; init => field = value ?? throw new ArgumentNullException(nameof(Confusion)); }

    /// <summary>How far the probabilities can be trusted; null where a report of an earlier version does not say.</summary>
    public Calibration? Calibration { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Values => [new("accuracy", Accuracy), new("macroF1", MacroF1)];

    /// <inheritdoc/>
    public override JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["count"] = Count,
            ["accuracy"] = MetricJson.Number(Accuracy),
            ["accuracyInterval"] = MetricJson.Array(AccuracyInterval.Select(MetricJson.Number)),
            ["macroF1"] = MetricJson.Number(MacroF1),
            ["classes"] = MetricJson.Array(Classes.Select(one => one.ToJson())),
            ["confusion"] = Confusion.ToJson(),
        };
        if (Calibration is not null) json["calibration"] = Calibration.ToJson();
        return json;
    }

    internal static ClassificationResult Read(JsonObject json)
    {
        ClassMeasures[] classes = [.. json["classes"]!.AsArray().Select(one => ClassMeasures.Read(one!.AsObject()))];
        return new()
        {
            Count = (int)json["count"]!,
            Accuracy = MetricJson.Number(json["accuracy"]),
            AccuracyInterval = [.. json["accuracyInterval"]!.AsArray().Select(MetricJson.Number)],
            MacroF1 = MetricJson.Number(json["macroF1"]),
            Classes = classes,
            Confusion = ConfusionMatrix.Read(json["confusion"]!.AsArray(), classes.Length),
            Calibration = json["calibration"] is { } calibration ? Calibration.Read(calibration.AsObject()) : null,
        };
    }

    internal static ClassificationResult Of(ConfusionMatrix confusion, IReadOnlyList<string> labels)
    {
        Dictionary<int, (int Hits, int Answers, int Support)> classes = [];
        foreach (var (truth, answer, count) in confusion.Entries)
        {
            var (ofTruth, ofAnswer) = (classes.GetValueOrDefault(truth), classes.GetValueOrDefault(answer));
            if (truth == answer) classes[truth] = (ofTruth.Hits + count, ofTruth.Answers + count, ofTruth.Support + count);
            else (
                classes[truth], classes[answer]) = (
                    ofTruth with { Support = ofTruth.Support + count }, ofAnswer with { Answers = ofAnswer.Answers + count });
        }
        var (all, right) = (classes.Values.Sum(one => one.Support), classes.Values.Sum(one => one.Hits));
        return new ClassificationResult
        {
            Count = all,
            Accuracy = all == 0 ? double.NaN : (double)right / all,
            AccuracyInterval = WilsonInterval(right, all),
            MacroF1 = classes.Count == 0 ? double.NaN : classes.OrderBy(one => one.Key).Average(one => ClassMeasures.Of("", one.Value).F1),
            Classes = [.. labels.Select((label, i) => ClassMeasures.Of(label, classes.GetValueOrDefault(i)))],
            Confusion = confusion,
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
}

/// <summary>Measures of one class or label.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">Share of right answers among the answers of this class; 0 where it was never answered.</param>
/// <param name="Recall">Share of this class's examples that were found; 0 where it has none.</param>
/// <param name="F1">2 tp / (2 tp + fp + fn); 0 where the class neither occurs nor was answered.</param>
/// <param name="Support">Number of this class's examples.</param>
public sealed record ClassMeasures(string Name, double Precision, double Recall, double F1, int Support)
{
    internal static ClassMeasures Of(string name, (int Hits, int Answers, int Support) counts)
    {
        return new(
            name, Ratio(counts.Hits, counts.Answers), Ratio(counts.Hits, counts.Support), Ratio(2 * counts.Hits, counts.Answers + counts.Support), counts.Support);
        static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
    }

    internal JsonObject ToJson() =>
        new() { ["name"] = Name, ["precision"] = Precision, ["recall"] = Recall, ["f1"] = F1, ["support"] = Support };

    internal static ClassMeasures Read(JsonObject json) => new(
        (string)json["name"]!, MetricJson.Number(json["precision"]), MetricJson.Number(json["recall"]), MetricJson.Number(json["f1"]), (int)json["support"]!);
}
