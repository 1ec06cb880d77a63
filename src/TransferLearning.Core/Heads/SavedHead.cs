using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>What a saved model says of its head.</summary>
/// <param name="Labels">Names of the outputs in order.</param>
/// <param name="Objective">What it was trained for.</param>
/// <param name="Metrics">What it was measured by.</param>
/// <param name="Settings">What it is made again of: <see cref="IHeadReplacer.Settings"/>.</param>
public sealed record SavedHead(IReadOnlyList<string> Labels, IObjective Objective, IReadOnlyList<IMetric> Metrics, JsonObject Settings);

/// <summary>The names of enumerations in files, which do not change when a member of the library is renamed.</summary>
internal static class SavedName
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <exception cref="JsonException">It is no name of that enumeration.</exception>
    public static T Read<T>(JsonNode? node, T otherwise) where T : struct, Enum
    {
        if (node is null) return otherwise;
        var name = (string?)node;
        foreach (var value in Enum.GetValues<T>())
            if (Of(value) == name) return value;
        throw new JsonException($"'{name}' is none of {string.Join(", ", Enum.GetValues<T>().Select(Of))}.");
    }
}
