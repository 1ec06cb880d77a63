using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// Evaluations in files, without reflection. A result of an unknown kind is read as its numbers: no file makes the library create a type.
/// </summary>
internal static class MetricJson
{
    private const string Kind = "kind", Lower = "lowerIsBetter";

    private static readonly Dictionary<string, Func<JsonObject, MetricResult>> Known = new()
    {
        [ClassificationResult.Name] = ClassificationResult.Read,
        [MultiLabelResult.Name] = MultiLabelResult.Read,
        [RegressionResult.Name] = RegressionResult.Read,
    };

    /// <summary>A number that JSON may not have: NaN and the infinities are strings.</summary>
    public static JsonNode Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="JsonException">It is none.</exception>
    public static double Number(JsonNode? node) => node switch
    {
        JsonValue number when number.TryGetValue<double>(out var value) => value,
        JsonValue text when text.TryGetValue<string>(out var name)
            && double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) =>
            value,
        _ => throw new JsonException($"'{node?.ToJsonString() ?? "null"}' is no number."),
    };

    public static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);

    public static JsonObject Write(Evaluation evaluation) => new()
    {
        ["count"] = evaluation.Count,
        ["loss"] = Number(evaluation.Loss),
        ["results"] = Array(evaluation.Results.Select(result =>
        {
            var json = result.ToJson();
            json[Kind] = result.Kind;
            if (!Known.ContainsKey(result.Kind))
                json[Lower] = Array(result.Values.Where(value => value.LowerIsBetter).Select(value => (JsonNode?)value.Name));
            return json;
        })),
    };

    /// <exception cref="JsonException">It is damaged.</exception>
    public static Evaluation Read(JsonNode? node)
    {
        try
        {
            var json = node!.AsObject();
            return new Evaluation
            {
                Count = (int)json["count"]!, Loss = Number(json["loss"]), Results = [
                    .. json["results"]!.AsArray().Select(result => ReadResult(result!.AsObject()))]
            };
        }
        catch (Exception error) when (
            error is InvalidOperationException or NullReferenceException or FormatException or OverflowException or ArgumentException)
        {
            throw new JsonException($"An evaluation is damaged: {error.Message}", error);
        }
    }

    /// <summary>A result whose members stand among others, as in a report; of an unknown kind its numbers.</summary>
    public static MetricResult ReadFlat(string kind, JsonObject json)
    {
        if (Known.TryGetValue(kind, out var read)) return read(json);
        var lower = LowerIsBetter(json);
        return new NumbersResult(
            kind, [.. json["ownMetrics"]![kind]!.AsArray().Select(name => (string)name!).Select(name => new MetricValue(name, Number(json[name]), lower.Contains(name)))]);
    }

    /// <summary>The names of the numbers of each result of an unknown kind.</summary>
    public static JsonObject NamesOfOwn(Evaluation evaluation) => new(evaluation.Results.Where(result => !Known.ContainsKey(result.Kind))
        .Select(result => KeyValuePair.Create(result.Kind, (JsonNode?)Array(result.Values.Select(value => (JsonNode?)value.Name)))));

    /// <summary>Names of the numbers of which less is better.</summary>
    public static HashSet<string> LowerIsBetter(JsonObject json) => [.. json[Lower]?.AsArray().Select(name => (string)name!) ?? []];

    private static MetricResult ReadResult(JsonObject json)
    {
        var kind = (string)json[Kind]!;
        if (Known.TryGetValue(kind, out var read)) return read(json);
        var lower = LowerIsBetter(json);
        return new NumbersResult(
            kind, [.. json.Where(entry => entry.Key is not (Kind or Lower)).Select(entry => new MetricValue(entry.Key, Number(entry.Value), lower.Contains(entry.Key)))]);
    }
}
