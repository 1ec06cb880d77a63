using System.Text.Json;

namespace TransferLearning.Weights.Keras;

/// <summary>What a model's description says of a layer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Class">Its class, such as <c>Conv2D</c>.</param>
/// <param name="IsTheanoOrder">Whether a kernel of Keras 1 is stored as outputs, inputs, rows, columns.</param>
/// <param name="HasGamma">Whether a norm scales.</param>
/// <param name="HasBeta">Whether a norm shifts.</param>
internal sealed record LayerConfig(string Name, string Class, bool IsTheanoOrder, bool HasGamma, bool HasBeta)
{
    public static LayerConfig Read(string name, string kind, JsonElement config) =>
        new(name, kind, Text(config, "dim_ordering") == "th", Flag(config, "scale"), Flag(config, "center"));

    private static string? Text(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement config, string name) =>
        !config.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.False;
}
