using System.Text.Json;

namespace TransferLearning.Text;

/// <summary>JSON Lines: one object a line. Strings are taken as they are, numbers and truth values as they are written.</summary>
internal static class JsonLinesFile
{
    // Every row has all columns: with a name of its own on each line they would be quadratic.
    private const int MaxColumns = 1000;

    public static TextTable Read(string path, string text)
    {
        List<(int Line, Dictionary<string, JsonElement> Values)> objects = [];
        var columns = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        // Strings may hold the other characters that end a line in Unicode; a carriage return before the end is white space in JSON.
        foreach (var (index, json) in text.Split('\n').Index())
        {
            if (string.IsNullOrWhiteSpace(json)) continue;
            var line = index + 1;
            var values = Values(path, line, json);
            foreach (var name in values.Keys) columns.TryAdd(name, columns.Count);
            if (columns.Count > MaxColumns)
                throw new TextFormatException(
                    path, line, $"the objects up to here have {columns.Count} different properties; {MaxColumns} are read. Write the "
                        + "same properties on every line.");
            objects.Add((line, values));
        }
        return new(
            path, [.. objects.Select(row => Row(row.Line, [.. columns.Keys.Select(name => row.Values.GetValueOrDefault(name))]))], [.. columns.Keys]);

        static TextRow Row(int line, JsonElement[] values) => new(line, Array.ConvertAll(values, Text), Array.ConvertAll(values, List));
    }

    private static Dictionary<string, JsonElement> Values(string path, int line, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new TextFormatException(
                    path, line, $"is a JSON {document.RootElement.ValueKind} where an object such as {{\"text\": \"...\", \"label\": "
                        + $"\"...\"}} is expected. Write one object a line.");
            return document.RootElement.EnumerateObject()
                .GroupBy(property => property.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Value.Clone(), StringComparer.Ordinal);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new TextFormatException(path, line, $"is no JSON object: {error.Message} Write one whole object a line.", error);
        }
    }

    private static string[]? List(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(element => Text(element) ?? "")]
        : null;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
