using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Where a run stands, as a checkpoint's JSON holds it: all but tensors.</summary>
internal sealed record RunState
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Version of the form of checkpoints.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What the run is, aspect by aspect: another one cannot go on from here.</summary>
    public IReadOnlyDictionary<string, string> Run { get; init; } = new Dictionary<string, string>();

    public required int Epoch { get; init; }

    public required int EpochStep { get; init; }

    public required int Step { get; init; }

    public required double LossSum { get; init; }

    public required double LossWeight { get; init; }

    public required double LearningRate { get; init; }

    public required IReadOnlyList<EpochReport> Epochs { get; init; }

    public required int WeightsFromEpoch { get; init; }

    public string? StopReason { get; init; }

    public required bool IsComplete { get; init; }

    public required IReadOnlyList<GroupState> Groups { get; init; }

    public IReadOnlyList<StrategyNumbers> Strategies { get; init; } = [];

    public required IReadOnlyList<FeatureCacheReport> FeatureCaches { get; init; }

    public required double Seconds { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static RunState Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<RunState>(json, Json) ?? throw new JsonException("It is null.");
}

/// <summary>The settings of a layer group, or of the head.</summary>
internal sealed record GroupState(bool IsFrozen, bool KeepsStatistics, double LearningRateFactor);

/// <summary>A strategy's numbers, and the epoch of each of its snapshots.</summary>
internal sealed record StrategyNumbers(IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, int> Snapshots);
