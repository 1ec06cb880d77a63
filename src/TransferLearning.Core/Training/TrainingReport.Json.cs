using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

public sealed partial record TrainingReport
{
    /// <summary>
    /// Writes the report as JSON: the measures (accuracy, accuracyInterval, macroF1, classes, confusion) stand at the top,
    /// each epoch has epoch (from 1), trainLoss, validationLoss, the numbers of the metrics, learningRate and seconds. Shares are fractions.
    /// The file is written beside and renamed, so that it is whole or absent.
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

    private JsonObject ToJson()
    {
        JsonObject json = [];
        if (Evaluation is not null)
        {
            json["count"] = Evaluation.Count;
            json["loss"] = MetricJson.Number(Evaluation.Loss);
            foreach (var (name, value) in Evaluation.Results.SelectMany(result => result.ToJson())) json.TryAdd(name, value?.DeepClone());
        }
        json["backbone"] = Backbone;
        if (Weights is { } weights) json["weights"] = new JsonObject { ["source"] = weights.Source, ["sha256"] = weights.Sha256, ["licence"] = weights.Licence };
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
        json["epochs"] = MetricJson.Array(Epochs.Select(EpochJson));
        json["weightsFromEpoch"] = WeightsFromEpoch + 1;
        if (BestEpoch is { } best) json["bestEpoch"] = best + 1;
        json["stopReason"] = StopReason;
        json["featureCaches"] = MetricJson.Array(FeatureCaches.Select(cache => (JsonNode?)new JsonObject
        {
            ["data"] = cache.Data, ["stage"] = cache.Stage, ["examples"] = cache.Examples, ["bytes"] = cache.Bytes, ["seconds"] = cache.Seconds,
        }));
        json["warnings"] = Texts(Warnings);
        json["seconds"] = Seconds;
        if (Stages.Count > 0) json["stages"] = MetricJson.Array(Stages.Select(stage => (JsonNode?)stage.ToJson()));
        json["versions"] = new JsonObject(Versions.Select(version => KeyValuePair.Create(version.Key, (JsonNode?)version.Value)));
        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => MetricJson.Array(texts.Select(text => (JsonNode?)text));

    private static JsonNode EpochJson(EpochReport epoch)
    {
        JsonObject json = new() { ["epoch"] = epoch.Epoch + 1, ["trainLoss"] = MetricJson.Number(epoch.TrainLoss) };
        if (epoch.Evaluation is { } evaluation)
        {
            json["validationLoss"] = MetricJson.Number(evaluation.Loss);
            foreach (var value in evaluation.Results.SelectMany(result => result.Values)) json.TryAdd(value.Name, MetricJson.Number(value.Value));
        }
        if (!double.IsNaN(epoch.LearningRate)) json["learningRate"] = epoch.LearningRate;
        json["seconds"] = epoch.Seconds;
        return json;
    }
}
