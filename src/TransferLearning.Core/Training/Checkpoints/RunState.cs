using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Where a run stands, as a checkpoint's JSON holds it: all but tensors.</summary>
internal sealed record RunState
{
    /// <summary>Version of the form of checkpoints.</summary>
    public const int FormatVersion = 3;

    public int Version { get; init; } = FormatVersion;

    /// <summary>What the run is, aspect by aspect: another one cannot go on from here.</summary>
    public IReadOnlyDictionary<string, string> Run { get; init; } = new Dictionary<string, string>();

    public required int Epoch { get; init; }
    public required int EpochBatch { get; init; }
    public required int Step { get; init; }
    public required double LossSum { get; init; }
    public required double LossWeight { get; init; }
    public required double LearningRate { get; init; }
    public required IReadOnlyList<EpochReport> Epochs { get; init; }
    public required int WeightsFromEpoch { get; init; }
    public string? StopReason { get; init; }
    public required bool StopsNow { get; init; }
    public required bool IsComplete { get; init; }
    public required IReadOnlyList<GroupState> Groups { get; init; }
    public IReadOnlyList<StrategyNumbers> Strategies { get; init; } = [];
    public required IReadOnlyList<FeatureCacheReport> FeatureCaches { get; init; }
    public required double Seconds { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RunStateJson.Default.RunState);

    // What is missing is null, whatever the property starts with.
    public static RunState Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, RunStateJson.Default.RunState) is { Run: not null, Strategies: not null } state
        ? state
        : throw new JsonException("It lacks what the run is.");
}

/// <summary>The settings of a layer group, or of the head.</summary>
internal sealed record GroupState(bool KeepsStatistics, double LearningRateFactor);

/// <summary>A strategy's numbers, and the epoch of each of its snapshots.</summary>
internal sealed record StrategyNumbers(IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, int> Snapshots);

/// <summary>Reads and writes them without reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, Converters = [typeof(EvaluationConverter)])]
[JsonSerializable(typeof(RunState))]
internal sealed partial class RunStateJson : JsonSerializerContext;

/// <summary>Evaluations as <see cref="MetricJson"/> writes them.</summary>
internal sealed class EvaluationConverter : JsonConverter<Evaluation>
{
    public override Evaluation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MetricJson.Read(JsonNode.Parse(ref reader));

    public override void Write(Utf8JsonWriter writer, Evaluation value, JsonSerializerOptions options) =>
        MetricJson.Write(value).WriteTo(writer);
}
