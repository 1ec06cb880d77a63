using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Which biases are trained beside LoRA's matrices.</summary>
public enum LoraBias
{
    /// <summary>None.</summary>
    None,

    /// <summary>All of the backbone.</summary>
    All,

    /// <summary>Those of the layers that LoRA changes.</summary>
    LoraOnly,
}

/// <summary>
/// What LoRA changes, and by how much: y = W x + b + s B A x, where A is <c>[rank, inputs]</c> and B <c>[outputs, rank]</c>.
/// </summary>
/// <remarks>
/// Modules are named by the end of their name, from a dot on: <c>"query"</c>, <c>"layer.1.attention.self.query"</c>. An entry may also be a
/// regular expression for the end (<c>"layer.[0-5].+.query"</c>), without look-around and back-references.
/// </remarks>
public sealed record LoraOptions
{
    /// <summary>In <see cref="TargetModules"/>: every linear layer of the backbone.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>Number of rows of A, 1 or more. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The scale s is alpha / rank. Above 0; default 16.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>
    /// Whether s is alpha / sqrt(rank), so that higher ranks learn as fast (Kalajdzievski, "A rank stabilization scaling factor for
    /// fine-tuning with LoRA", 2023). Default false.
    /// </summary>
    public bool IsRankStabilized { get; init; }

    /// <summary>Share of A's inputs that is dropped in training, in [0, 1). Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Modules that are changed: linear layers, embeddings, convolutions. Default: <see cref="AllLinear"/>.</summary>
    public IReadOnlyList<string> TargetModules { get; init => field = NoNulls.Checked(value, nameof(TargetModules)); } = [AllLinear];

    /// <summary>Modules that are not, though they are among the targets. Default: none.</summary>
    public IReadOnlyList<string> ExcludedModules { get; init => field = NoNulls.Checked(value, nameof(ExcludedModules)); } = [];

    /// <summary>Ranks of modules that have another; the first entry that fits counts. Default: none.</summary>
    public IReadOnlyDictionary<string, int> RankPattern
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(RankPattern));
    } = new Dictionary<string, int>();

    /// <summary>Alphas of modules that have another; the first entry that fits counts. Default: none.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(AlphaPattern));
    } = new Dictionary<string, double>();

    /// <summary>Which biases are trained too. Default: none.</summary>
    public LoraBias Bias { get; init; } = LoraBias.None;

    /// <summary>Seed of the matrices that start at random: A, or B of an embedding. The others start at zero. Default 0.</summary>
    public long Seed { get; init; }

    internal int RankOf(string module) => Of(module, RankPattern, Rank);

    internal double AlphaOf(string module) => Of(module, AlphaPattern, Alpha);

    internal double ScaleOf(string module) => AlphaOf(module) / (IsRankStabilized ? Math.Sqrt(RankOf(module)) : RankOf(module));

    /// <exception cref="ArgumentException">A value is out of its range or an entry is no pattern; the message names it.</exception>
    internal void Validate()
    {
        foreach (var rank in RankPattern.Values.Prepend(Rank))
            if (rank < 1)
                throw new ArgumentOutOfRangeException(nameof(Rank), rank, "A rank of LoRA is 1 or more.");
        foreach (var alpha in AlphaPattern.Values.Prepend(Alpha))
            if (!(alpha > 0 && double.IsFinite(alpha)))
                throw new ArgumentOutOfRangeException(nameof(Alpha), alpha, "An alpha of LoRA is a number above 0.");
        if (Dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(Dropout), Dropout, "The share of LoRA's inputs that is dropped is from 0 to below 1.");
        if (!Enum.IsDefined(Bias))
            throw new ArgumentOutOfRangeException(nameof(Bias), Bias, "LoRA trains the biases None, All or LoraOnly.");
        if (TargetModules.Count == 0)
            throw new ArgumentException($"LoRA has no target modules: name some, or \"{AllLinear}\".", nameof(TargetModules));
        string[] endings = [.. TargetModules, .. ExcludedModules, .. RankPattern.Keys, .. AlphaPattern.Keys];
        foreach (var ending in endings) NameEnding.Validate(ending);
    }

    internal JsonObject ToJson() => JsonSerializer.SerializeToNode(this, LoraOptionsJson.Default.LoraOptions)!.AsObject();

    /// <exception cref="JsonException">They are damaged.</exception>
    internal static LoraOptions Read(JsonObject json) =>
        json.Deserialize(LoraOptionsJson.Default.LoraOptions) ?? throw new JsonException("LoRA's options are null.");

    private static T Of<T>(string module, IReadOnlyDictionary<string, T> pattern, T otherwise) =>
        pattern.Where(entry => NameEnding.Fits(module, entry.Key)).Select(entry => entry.Value).FirstOrDefault(otherwise);
}

/// <summary>Reads and writes them without reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LoraOptions))]
internal sealed partial class LoraOptionsJson : JsonSerializerContext;
