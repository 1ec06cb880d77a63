using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>What a model knows of the run that trained it last: it is saved with the model, and there again when it is loaded.</summary>
public sealed record TrainingSummary
{
    /// <summary>The day on which the run ended, in UTC whatever the time zone. A time of day would make every file another one.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Version of this library.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>Number of training examples.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Number of validation examples.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>Epochs done, of all stages.</summary>
    public required int Epochs { get; init; }

    /// <summary>Examples a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>The update rule with its options.</summary>
    public required string Optimizer { get; init; }

    /// <summary>The strategies in the order in which they acted.</summary>
    public required IReadOnlyList<string> Strategies { get; init => field = NoNulls.Checked(value, nameof(Strategies)); }

    /// <summary>Number of weights that were trained, by layer group; groups without such are left out.</summary>
    public required IReadOnlyDictionary<string, long> Trained { get; init; }

    /// <summary>
    /// What was measured on the validation set, the most telling number first and the loss last; empty without such a set.
    /// </summary>
    public IReadOnlyList<MetricValue> Measures { get; init => field = NoNulls.Checked(value, nameof(Measures)); } = [];

    /// <summary>95 % interval of the accuracy: [low, high]; null where the task is no classification.</summary>
    public IReadOnlyList<double>? AccuracyInterval { get; init; }

    /// <summary>Share of right answers on the validation set, 0 to 1; NaN where it was not measured.</summary>
    public double Accuracy =>
        Measures.Where(measure => measure.Name == "accuracy").Select(measure => measure.Value).FirstOrDefault(double.NaN);

    /// <summary>All of it in three lines.</summary>
    public override string ToString()
    {
        var interval = AccuracyInterval is [var low, var high]
            ? string.Create(CultureInfo.InvariantCulture, $" (95 % interval of the accuracy {low:F3} to {high:F3})")
            : "";
        var measures = Measures.Count == 0
            ? "Nothing was measured"
            : string.Join(
                ", ", Measures.Select(measure => string.Create(CultureInfo.InvariantCulture, $"{measure.Name} {measure.Value:F3}")));
        return string.Create(CultureInfo.InvariantCulture, $"""
            Trained on {Date:yyyy-MM-dd} by TransferLearning {LibraryVersion}: {TrainCount} examples to learn from, {ValidationCount} to measure by, {Epochs} epochs, batches of {BatchSize}, seed {Seed}.
            {string.Join("; ", (string[])[.. Strategies, Optimizer])}
            {measures}{interval}.
            """);
    }

    internal JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["date"] = Date.ToString("O", CultureInfo.InvariantCulture), ["libraryVersion"] = LibraryVersion,
            ["trainCount"] = TrainCount, ["validationCount"] = ValidationCount, ["epochs"] = Epochs, ["batchSize"] = BatchSize,
            ["seed"] = Seed,
            ["optimizer"] = Optimizer, ["strategies"] = MetricJson.Array(Strategies.Select(strategy => (JsonNode?)strategy)),
            ["trained"] = new JsonObject(Trained.Select(group => KeyValuePair.Create(group.Key, (JsonNode?)group.Value))),
            ["measures"] = new JsonObject(
                Measures.Select(measure => KeyValuePair.Create(measure.Name, (JsonNode?)MetricJson.Number(measure.Value)))),
            ["lowerIsBetter"] = MetricJson.Array(
                Measures.Where(measure => measure.LowerIsBetter).Select(measure => (JsonNode?)measure.Name)),
        };
        if (AccuracyInterval is not null) json["accuracyInterval"] = MetricJson.Array(AccuracyInterval.Select(MetricJson.Number));
        return json;
    }

    /// <exception cref="JsonException">It is damaged; so say other exceptions that reading JSON throws.</exception>
    internal static TrainingSummary Read(JsonObject json)
    {
        HashSet<string> lower = [.. Texts(json["lowerIsBetter"])];
        return new()
        {
            Date = DateOnly.ParseExact(
                (string)json["date"]!, "O", CultureInfo.InvariantCulture), LibraryVersion = Text(json["libraryVersion"]),
            TrainCount = (int)json["trainCount"]!, ValidationCount = (int)json["validationCount"]!, Epochs = (int)json["epochs"]!,
            BatchSize = (int)json["batchSize"]!, Seed = (long)json["seed"]!, Optimizer = Text(json["optimizer"]),
            Strategies = Texts(json["strategies"]),
            Trained = json["trained"]!.AsObject().ToDictionary(group => group.Key, group => (long)group.Value!),
            Measures = [
                .. json["measures"]!.AsObject().Select(measure => new MetricValue(measure.Key, MetricJson.Number(measure.Value), lower.Contains(measure.Key)))],
            AccuracyInterval = json["accuracyInterval"] is { } interval ? [.. interval.AsArray().Select(MetricJson.Number)] : null,
        };
    }

    private static string Text(JsonNode? node) => (string?)node ?? throw new JsonException("A text of the training's summary is null.");

    private static string[] Texts(JsonNode? node) => [.. node!.AsArray().Select(Text)];
}
