using System.Text.Json.Nodes;

namespace TransferLearning.Tests;

/// <summary>JSON of which one value is missing or another one: what a random byte seldom makes of it.</summary>
internal static class JsonMutants
{
    private static readonly string[] Values = [
        "null", "-1", "3", "1e300", "2147483647", "\"x\"", "\"\"", "true", "[]", "[null]", "{}", "{\"x\":[1]}"];

    public static IEnumerable<string> Of(string json)
    {
        var count = Nodes(JsonNode.Parse(json)!).Count();
        for (var i = 0; i < count; i++)
            foreach (var value in Values.Prepend(null))
            {
                var mutant = JsonNode.Parse(json)!;
                Replace(Nodes(mutant).ElementAt(i), value);
                yield return mutant.ToJsonString();
            }
    }

    private static void Replace((JsonNode Parent, string? Name, int Index) place, string? value)
    {
        var other = value is null ? null : JsonNode.Parse(value);
        if (place.Parent is JsonArray array)
        {
            if (value is null) array.RemoveAt(place.Index);
            else array[place.Index] = other;
        }
        else if (value is null)
        {
            place.Parent.AsObject().Remove(place.Name!);
        }
        else
        {
            place.Parent.AsObject()[place.Name!] = other;
        }
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Nodes(JsonNode root)
    {
        (JsonNode? Value, JsonNode Parent, string? Name, int Index)[] children = root switch
        {
            JsonObject json => [.. json.Select(entry => (entry.Value, root, (string?)entry.Key, 0))],
            // What stands for one entry stands for all.
            JsonArray { Count: > 0 } array => [(array[0], root, null, 0)],
            _ => [],
        };
        foreach (var (value, parent, name, index) in children)
        {
            yield return (parent, name, index);
            if (value is null) continue;
            foreach (var inner in Nodes(value)) yield return inner;
        }
    }
}
