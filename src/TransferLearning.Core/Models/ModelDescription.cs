using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>What the metadata of a saved model say, as JSON.</summary>
internal sealed record ModelDescription(
    string BackboneId, int FeatureSize, JsonObject? Input, WeightProvenance? Weights, JsonElement? Configuration,
    SavedKind Head, IReadOnlyList<string> Labels, SavedKind Objective, IReadOnlyList<SavedKind> Metrics, IReadOnlyList<SavedKind> Adapters)
{
    private const int FormatVersion = 2;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Checksum of what the file does not hold; null where it is complete.</summary>
    public string? Lacks { get; init; }

    /// <summary>The run that trained it; null where there was none.</summary>
    public TrainingSummary? Training { get; init; }

    public static ModelDescription Of(TransferModel model)
    {
        var (info, head) = (model.Backbone.Info, model.Replacer);
        return new(
            info.Id, info.FeatureSize, info.Input?.ToJson(), info.Weights, info.Configuration,
            new(head.Kind, head.Settings), head.Labels, new(head.Objective.Kind, head.Objective.Settings),
            [.. head.Metrics.Select(metric => new SavedKind(metric.Kind, metric.Settings))], [.. model.Adapters.Select(adapter => new SavedKind(adapter.Kind, adapter.Settings))]) { Training = model.TrainingSummary };
    }

    public string ToJson()
    {
        JsonObject backbone = new() { ["id"] = BackboneId, ["featureSize"] = FeatureSize };
        if (Input is not null) backbone["input"] = Input.DeepClone();
        if (Weights is { } weights)
            backbone["weights"] = new JsonObject
            {
                ["source"] = weights.Source, ["sha256"] = weights.Sha256, ["licence"] = weights.Licence
            };
        if (Configuration is { } configuration) backbone["configuration"] = JsonNode.Parse(configuration.GetRawText());
        var head = Head.ToJson();
        head["labels"] = new JsonArray([.. Labels.Select(label => (JsonNode?)label)]);
        head["objective"] = Objective.ToJson();
        head["metrics"] = new JsonArray([.. Metrics.Select(metric => (JsonNode?)metric.ToJson())]);
        JsonObject json = new() { ["version"] = FormatVersion, ["backbone"] = backbone, ["head"] = head };
        if (Adapters.Count > 0) json["adapters"] = new JsonArray([.. Adapters.Select(adapter => (JsonNode?)adapter.ToJson())]);
        if (Lacks is not null) json["lacks"] = Lacks;
        if (Training is not null) json["training"] = Training.ToJson();
        return json.ToJsonString(Readable);
    }

    /// <exception cref="WeightFormatException">It is damaged, or of another version.</exception>
    public static ModelDescription Read(string path, string text)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false })!.AsObject();
            // Read first: a later version may describe everything else otherwise.
            if ((int)json["version"]! is not FormatVersion and var version)
                throw new WeightFormatException(
                    path, $"was saved in version {version} of the model format; this library reads version {FormatVersion}. "
                        + $"{(version < FormatVersion ? "Train and save it again." : "Update the library.")}");
            var (backbone, head) = (json["backbone"]!.AsObject(), json["head"]!.AsObject());
            var weights = backbone["weights"]?.AsObject();
            return new(
                (string)backbone["id"]!, (int)backbone["featureSize"]!, backbone["input"]?.AsObject(),
                weights is null
                    ? null
                    : new WeightProvenance((string)weights["source"]!, (string?)weights["sha256"], (string?)weights["licence"]),
                    Element(backbone["configuration"]),
                SavedKind.Read(head),
                [.. head["labels"]!.AsArray().Select(label => (string)label! ?? throw new JsonException("A label is null."))],
                SavedKind.Read(head["objective"]),
                [.. head["metrics"]?.AsArray().Select(SavedKind.Read) ?? []], [.. json["adapters"]?.AsArray().Select(SavedKind.Read) ?? []])
            {
                Lacks = (string?)json["lacks"],
                Training = json["training"] is { } training ? TrainingSummary.Read(training.AsObject()) : null,
            };
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException or ArgumentException)
        {
            throw new WeightFormatException(
                path, $"holds a saved model whose description is damaged: {error.Message} Save the model again.", error);
        }
    }

    private static JsonElement? Element(JsonNode? node) => node is null ? null : JsonElement.Parse(node.ToJsonString());
}
