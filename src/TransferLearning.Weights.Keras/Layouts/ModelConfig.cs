using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransferLearning.Weights.Keras;

/// <summary>
/// The description of a model, of which names and a few settings of its layers are read. Nothing is built of it: code that a Lambda layer
/// carries stays a text.
/// </summary>
internal sealed partial class ModelConfig
{
    private const int MaxDepth = 256;

    private readonly Dictionary<string, LayerConfig> _byName = [];
    private readonly Dictionary<string, LayerConfig> _byPath = [];

    /// <exception cref="WeightFormatException">It is no description.</exception>
    public static ModelConfig Read(string path, string json)
    {
        var model = new ModelConfig();
        try
        {
            using var document = JsonDocument.Parse(NoNumber().Replace(json, "null"), new() { MaxDepth = MaxDepth });
            model.Add(document.RootElement, "");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new WeightFormatException(path, $"holds no readable description of its model: {error.Message} Save it anew with Keras.", error);
        }
        return model;
    }

    /// <summary>The layer of that name; null where there is none.</summary>
    public LayerConfig? Named(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The layer whose weights Keras 3 puts there: <c>layers/conv2d_1</c>; null where there is none.</summary>
    public LayerConfig? At(string path) => _byPath.GetValueOrDefault(path);

    private void Add(JsonElement layer, string path)
    {
        if (layer.ValueKind != JsonValueKind.Object || Text(layer, "class_name") is not { } kind || !layer.TryGetProperty("config", out var config)) return;
        var isObject = config.ValueKind == JsonValueKind.Object;
        if (isObject && (Text(config, "name") ?? Text(layer, "name")) is { } name)
            _byName[name] = _byPath[path] = LayerConfig.Read(name, kind, config);

        // A Sequential of Keras 1 and 2 is its layers, others have them.
        if (isObject && config.TryGetProperty("layer", out var wrapped)) Add(wrapped, path + "/layer");
        var layers = isObject && config.TryGetProperty("layers", out var list) ? list : config;
        if (layers.ValueKind != JsonValueKind.Array) return;
        Dictionary<string, int> counts = [];
        foreach (var inner in layers.EnumerateArray())
        {
            if (inner.ValueKind != JsonValueKind.Object || Text(inner, "class_name") is not { } innerKind) continue;
            var step = SnakeCase(innerKind);
            var count = counts[step] = counts.GetValueOrDefault(step, -1) + 1;
            Add(inner, $"{(path.Length == 0 ? "" : path + "/")}layers/{step}{(count == 0 ? "" : $"_{count}")}");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // As Keras makes names of classes: Conv2DTranspose -> conv2d_transpose.
    private static string SnakeCase(string name) =>
        LowerUpper().Replace(UpperLower().Replace(NoWord().Replace(name, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    // Python writes numbers that JSON does not have.
    [GeneratedRegex(@"(?<=[:,\[]\s?)(NaN|-?Infinity)(?=\s?[,\]}])")]
    private static partial Regex NoNumber();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NoWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex UpperLower();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerUpper();
}
