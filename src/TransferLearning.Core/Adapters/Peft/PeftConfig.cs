using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>The adapter_config.json of peft, as far as this library does what it asks for.</summary>
internal static class PeftConfig
{
    public const string FileName = "adapter_config.json";

    // What says nothing of how the adapter computes, or is read from the weights instead.
    private static readonly HashSet<string> Passed =
    [
        "auto_mapping", "base_model_name_or_path", "exclude_modules", "fan_in_fan_out", "inference_mode", "layers_pattern",
        "layers_to_transform", "loftq_config",
        "megatron_core", "modules_to_save", "peft_type", "peft_version", "qalora_group_size", "rank_pattern", "revision", "target_modules",
        "task_type",
    ];

    // Other ways to begin change the backbone's weights as well.
    private static readonly string[] PlainBeginnings = ["gaussian", "orthogonal", "eva"];

    /// <summary>
    /// Its options, but for the modules and their ranks: those follow from the weights. Alphas are by peft's names of modules.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="WeightFormatException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It asks for something else than LoRA; the message says for what.</exception>
    public static LoraOptions Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no '{path}': give the folder that peft saved an adapter to.", path);
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path), documentOptions: new() { AllowDuplicateProperties = false })!.AsObject();
            if ((string?)json["peft_type"] is var type && type != "LORA")
                throw new NotSupportedException($"'{path}' describes an adapter of kind '{type}'; this library reads peft's LORA.");
            LoraOptions options = new();
            foreach (var (name, value) in json)
                switch (name)
                {
                    case "r": options = options with { Rank = (int)value! }; break;
                    case "lora_alpha": options = options with { Alpha = (double)value! }; break;
                    case "lora_dropout": options = options with { Dropout = (double)value! }; break;
                    case "use_rslora": options = options with { IsRankStabilized = (bool)value! }; break;
                    case "bias": options = options with { Bias = ReadBias((string)value!) }; break;
                    case "alpha_pattern": options = options with
                    {
                        AlphaPattern = value!.AsObject().ToDictionary(entry => entry.Key, entry => (double)entry.Value!)
                    }; break;
                    case "init_lora_weights" when value?.GetValueKind() is not JsonValueKind.String
                        || PlainBeginnings.Contains((string)value!): break;
                    case var _ when Passed.Contains(name) || IsUnset(value): break;
                    default:
                        throw new NotSupportedException(
                            $"'{path}' asks for '{name}' ({value!.ToJsonString()}), which this library does not do. It reads plain LoRA.");
                }
            options.Validate();
            return options;
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException)
        {
            throw new WeightFormatException(path, $"is no description of a LoRA adapter: {error.Message} Save the adapter again.", error);
        }
    }

    /// <summary>The description of an adapter of these modules.</summary>
    public static string Write(LoraOptions options, IReadOnlyDictionary<string, string> modules, IEnumerable<string> modulesToSave)
    {
        var ranks = modules.Select(
            module => (Name: module.Value, Rank: options.RankOf(module.Key))).Where(module => module.Rank != options.Rank);
        var alphas = modules.Select(
            module => (Name: module.Value, Alpha: options.AlphaOf(module.Key))).Where(module => module.Alpha != options.Alpha);
        return new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(alphas.Select(module => KeyValuePair.Create(module.Name, (JsonNode?)module.Alpha))),
            ["base_model_name_or_path"] = null,
            ["bias"] = options.Bias switch { LoraBias.All => "all", LoraBias.LoraOnly => "lora_only", _ => "none" },
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["lora_alpha"] = options.Alpha,
            ["lora_dropout"] = options.Dropout,
            ["modules_to_save"] = modulesToSave.Select(name => (JsonNode?)name).ToArray() is { Length: > 0 } saved
                ? new JsonArray(saved)
                : null,
            ["peft_type"] = "LORA",
            ["r"] = options.Rank,
            ["rank_pattern"] = new JsonObject(ranks.Select(module => KeyValuePair.Create(module.Name, (JsonNode?)module.Rank))),
            ["target_modules"] = new JsonArray([.. modules.Values.Select(name => (JsonNode?)name)]),
            ["task_type"] = null,
            ["use_rslora"] = options.IsRankStabilized,
        }.ToJsonString(new() { WriteIndented = true });
    }

    private static LoraBias ReadBias(string bias) => bias switch
    {
        "none" => LoraBias.None,
        "all" => LoraBias.All,
        "lora_only" => LoraBias.LoraOnly,
        _ => throw new FormatException($"'{bias}' is none of the biases none, all and lora_only."),
    };

    private static bool IsUnset(JsonNode? value) =>
        value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 } || value.GetValueKind() is JsonValueKind.False;
}
