using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

public sealed partial record TrainingReport
{
    /// <summary>
    /// Writes the report as JSON: the measures (accuracy, accuracyInterval, macroF1, classes, confusion) stand at the top,
    /// each epoch has epoch (from 1), trainLoss, validationLoss, the numbers of the metrics, learningRate and seconds. Shares are
    /// fractions. The file is written beside and renamed, so that it is whole or absent.
    /// </summary>
    /// <param name="path">File to write; its folder is created.</param>
    /// <exception cref="IOException">The file cannot be written; one of that name is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            ToJson().WriteTo(writer);
        });
    }

    /// <summary>
    /// Reads a report that <see cref="Save"/> wrote. Of the epochs and of metrics of your own the numbers are known, with the direction
    /// that they had.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is no report, or damaged.</exception>
    public static TrainingReport Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            return Read(JsonNode.Parse(File.ReadAllText(path), documentOptions: new() { AllowDuplicateProperties = false })!.AsObject());
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException or ArgumentException)
        {
            throw new FormatException($"'{path}' is no report of a training run, or damaged: {error.Message}", error);
        }
    }

    private JsonObject ToJson()
    {
        JsonObject json = [];
        if (Evaluation is not null)
        {
            json["count"] = Evaluation.Count;
            json["loss"] = MetricJson.Number(Evaluation.Loss);
            json["metrics"] = MetricJson.Array(Evaluation.Results.Select(result => (JsonNode?)result.Kind));
            foreach (var (name, value) in Evaluation.Results.SelectMany(result => result.ToJson())) json.TryAdd(name, value?.DeepClone());
            if (MetricJson.NamesOfOwn(Evaluation) is { Count: > 0 } own) json["ownMetrics"] = own;
        }
        json["backbone"] = Backbone;
        if (Weights is { } weights)
            json["weights"] = new JsonObject { ["source"] = weights.Source, ["sha256"] = weights.Sha256, ["licence"] = weights.Licence };
        json["head"] = Head;
        json["labels"] = Texts(Labels);
        json["objective"] = Objective;
        json["optimizer"] = Optimizer;
        json["strategies"] = Texts(Strategies);
        json["sampler"] = Sampler;
        json["monitor"] = Monitor;
        json["seed"] = Seed;
        json["batchSize"] = BatchSize;
        json["device"] = Device;
        json["trainCount"] = TrainCount;
        json["validationCount"] = ValidationCount;
        if (LowerIsBetter() is { Length: > 0 } lower) json["lowerIsBetter"] = Texts(lower);
        json["epochs"] = MetricJson.Array(Epochs.Select(EpochJson));
        json["weightsFromEpoch"] = WeightsFromEpoch;
        if (BestEpoch is { } best) json["bestEpoch"] = best;
        json["stopReason"] = StopReason;
        json["featureCaches"] = MetricJson.Array(FeatureCaches.Select(cache => (JsonNode?)new JsonObject
        {
            ["data"] = cache.Data, ["stage"] = cache.Stage, ["examples"] = cache.Examples, ["bytes"] = cache.Bytes,
                ["seconds"] = cache.Seconds,
        }));
        json["warnings"] = Texts(Warnings);
        json["date"] = Date.ToString("O", CultureInfo.InvariantCulture);
        json["trained"] = new JsonObject(Trained.Select(group => KeyValuePair.Create(group.Key, (JsonNode?)group.Value)));
        json["seconds"] = Seconds;
        if (Stages.Count > 0) json["stages"] = MetricJson.Array(Stages.Select(stage => (JsonNode?)stage.ToJson()));
        json["versions"] = new JsonObject(Versions.Select(version => KeyValuePair.Create(version.Key, (JsonNode?)version.Value)));
        return json;
    }

    private static TrainingReport Read(JsonObject json)
    {
        var epochs = json["epochs"]!.AsArray().Select(epoch => epoch!.AsObject()).ToList();
        var weights = json["weights"]?.AsObject();
        return new()
        {
            Backbone = (string)json["backbone"]!, Head = (string)json["head"]!, Labels = Strings(json["labels"]),
                Objective = (string)json["objective"]!,
            Weights = weights is null
                ? null
                : new WeightProvenance((string)weights["source"]!, (string?)weights["sha256"], (string?)weights["licence"]),
            Optimizer = (string)json["optimizer"]!, Strategies = Strings(json["strategies"]), Sampler = (string)json["sampler"]!,
            Monitor = (string)json["monitor"]!,
            Seed = (long)json["seed"]!, BatchSize = (int)json["batchSize"]!, Device = (string)json["device"]!,
            TrainCount = (int)json["trainCount"]!, ValidationCount = (int)json["validationCount"]!,
            Evaluation = json["metrics"] is null ? null : EvaluationOf(json),
            Epochs = [.. epochs.Select(epoch => EpochOf(epoch, (int)json["validationCount"]!, MetricJson.LowerIsBetter(json)))],
            WeightsFromEpoch = (int)json["weightsFromEpoch"]!, StopReason = (string)json["stopReason"]!,
            FeatureCaches = [.. json["featureCaches"]!.AsArray().Select(cache => new FeatureCacheReport(
                (string)cache!["data"]!, (string)cache["stage"]!, (int)cache["examples"]!, (long)cache["bytes"]!, (double)cache["seconds"]!))],
            Date = DateOnly.ParseExact((string)json["date"]!, "O", CultureInfo.InvariantCulture),
            Trained = json["trained"]!.AsObject().ToDictionary(group => group.Key, group => (long)group.Value!),
            Warnings = Strings(json["warnings"]), Seconds = (double)json["seconds"]!,
            Stages = [.. json["stages"]?.AsArray().Select(stage => Read(stage!.AsObject())) ?? []],
            Versions = json["versions"]!.AsObject().ToDictionary(version => version.Key, version => (string)version.Value!),
        };
    }

    private static Evaluation EvaluationOf(JsonObject json) => new()
    {
        Count = (int)json["count"]!, Loss = MetricJson.Number(json["loss"]),
        Results = [.. Strings(json["metrics"]).Select(kind => MetricJson.ReadFlat(kind, json))],
    };

    /// <summary>Names of the measures of which less is better: the loss goes without saying.</summary>
    private string[] LowerIsBetter() =>
    [
        .. Epochs.Select(epoch => epoch.Evaluation).Append(Evaluation).SelectMany(evaluation => evaluation?.Results ?? [])
        .SelectMany(result => result.Values)
            .Where(value => value.LowerIsBetter).Select(value => value.Name).Distinct(),
    ];

    private static EpochReport EpochOf(JsonObject json, int count, HashSet<string> lowerIsBetter)
    {
        string[] own = ["epoch", "trainLoss", "validationLoss", "learningRate", "seconds"];
        var values = json.Where(entry => !own.Contains(entry.Key)).Select(
            entry => new MetricValue(entry.Key, MetricJson.Number(entry.Value), lowerIsBetter.Contains(entry.Key))).ToList();
        var evaluation = json["validationLoss"] is { } loss
            ? new Evaluation
                {
                    Count = count, Loss = MetricJson.Number(loss), Results = values.Count == 0 ? [] : [new NumbersResult("numbers", values)]
                }
            : null;
        return new EpochReport(
            (int)json["epoch"]!, MetricJson.Number(json["trainLoss"]), evaluation, (double?)json["learningRate"] ?? double.NaN, (double)json["seconds"]!);
    }

    private static string[] Strings(JsonNode? node) => [.. node!.AsArray().Select(text => (string)text!)];

    private static JsonArray Texts(IEnumerable<string> texts) => MetricJson.Array(texts.Select(text => (JsonNode?)text));

    private static JsonNode EpochJson(EpochReport epoch)
    {
        JsonObject json = new() { ["epoch"] = epoch.Epoch, ["trainLoss"] = MetricJson.Number(epoch.TrainLoss) };
        if (epoch.Evaluation is { } evaluation)
        {
            json["validationLoss"] = MetricJson.Number(evaluation.Loss);
            foreach (var value in evaluation.Results.SelectMany(result => result.Values))
                json.TryAdd(value.Name, MetricJson.Number(value.Value));
        }
        if (!double.IsNaN(epoch.LearningRate)) json["learningRate"] = epoch.LearningRate;
        json["seconds"] = epoch.Seconds;
        return json;
    }
}
