using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>
/// Evaluations as JSON. One of an objective of your own is written with its members and its score; no file makes the library
/// create its type again, so it is read as a score and numbers by name.
/// </summary>
internal sealed class EvaluationJson : JsonConverter<Evaluation>
{
    private const string Task = "task", Score = "score";

    private static readonly Dictionary<string, Type> Known = new()
    {
        ["classification"] = typeof(ClassificationEvaluation),
        ["multi-label"] = typeof(MultiLabelEvaluation),
        ["regression"] = typeof(RegressionEvaluation),
    };

    /// <summary>All members; without the task, the score too.</summary>
    public static JsonObject Measures(Evaluation evaluation, JsonSerializerOptions options)
    {
        if (evaluation is Recorded recorded) return (JsonObject)recorded.Measures.DeepClone();
        var measures = (JsonObject)JsonSerializer.SerializeToNode(evaluation, evaluation.GetType(), options)!;
        if (!Known.ContainsValue(evaluation.GetType())) measures[Score] = JsonSerializer.SerializeToNode(evaluation.Score, options);
        return measures;
    }

    public override Evaluation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var measures = JsonSerializer.Deserialize<JsonObject>(ref reader, options) ?? throw new JsonException("An evaluation is null.");
        measures.Remove(Task, out var task);
        if (task is null) return measures.Deserialize<Recorded>(options)! with { Measures = measures };
        var type = Known.GetValueOrDefault(task.ToString()) ?? throw new JsonException($"The task '{task}' is unknown.");
        return (Evaluation)measures.Deserialize(type, options)!;
    }

    public override void Write(Utf8JsonWriter writer, Evaluation value, JsonSerializerOptions options)
    {
        JsonObject json = [];
        if (Known.FirstOrDefault(known => known.Value == value.GetType()).Key is { } task) json[Task] = task;
        foreach (var (name, measure) in Measures(value, options)) json[name] = measure?.DeepClone();
        json.WriteTo(writer, options);
    }

    /// <summary>What a file says of an evaluation of an unknown type.</summary>
    private sealed record Recorded : Evaluation
    {
        [JsonPropertyName(EvaluationJson.Score)]
        public required double Value { get; init; }

        [JsonIgnore]
        public JsonObject Measures { get; init; } = [];

        [JsonIgnore]
        public override double Score => Value;
    }
}
