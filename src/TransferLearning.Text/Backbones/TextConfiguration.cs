using System.Globalization;
using System.Text.Json;
using TransferLearning.Networks;

namespace TransferLearning.Text;

/// <summary>A config.json: its fields by name, with the reference's value where one is absent or null.</summary>
/// <param name="json">The object.</param>
/// <param name="source">The file, for messages.</param>
/// <param name="weights">How many numbers the weight file has that belongs to it; infinite where there is none.</param>
internal sealed class TextConfiguration(JsonElement json, string source, double weights = double.PositiveInfinity)
{
    private static readonly Dictionary<string, Activation> Activations = new()
    {
        ["gelu"] = Networks.Activation.Gelu,
        ["gelu_new"] = Networks.Activation.GeluByTanh,
        ["gelu_pytorch_tanh"] = Networks.Activation.GeluByTanh,
        // The same formula, written otherwise.
        ["gelu_fast"] = Networks.Activation.GeluByTanh,
        ["relu"] = Networks.Activation.Relu,
        ["tanh"] = Networks.Activation.Tanh,
        ["silu"] = Networks.Activation.Silu,
        ["swish"] = Networks.Activation.Silu,
    };

    public JsonElement Json { get; } = json.ValueKind == JsonValueKind.Object
        ? WithText(json, source).Clone()
        : throw new InvalidDataException(
            $"'{source}' is no configuration: it holds {json.ValueKind} instead of an object. Download it again.");

    public string Source { get; } = source;

    public double Weights { get; } = weights;

    /// <summary>The configuration of the network whose weights the file holds.</summary>
    public TextConfiguration For(WeightFile file) => new(Json, Source, file.ElementCount);

    /// <exception cref="InvalidDataException">The file is no JSON object.</exception>
    public static TextConfiguration Open(string path) => new(OpenJson(path), path);

    /// <exception cref="InvalidDataException">The file is no JSON list of objects.</exception>
    public static IEnumerable<TextConfiguration> OpenList(string path) => OpenJson(path) is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select(element => new TextConfiguration(element, path))
        : throw new InvalidDataException($"'{path}' is no list. Download it again.");

    private static JsonElement OpenJson(string path)
    {
        try
        {
            // As text, because a byte order mark is no JSON.
            return JsonElement.Parse(File.ReadAllText(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON: {error.Message} Download it again.", error);
        }
    }

    /// <summary>The field; null where it is absent or null.</summary>
    public JsonElement? Find(string field) =>
        Json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public int Integer(string field, int otherwise) =>
        Find(field) is not { } value
            ? otherwise
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw Wrong(field, value, "a whole number");

    /// <summary>A size or a count: at least 1.</summary>
    public int Count(string field, int otherwise) =>
        Integer(field, otherwise) is > 0 and var number ? number : throw Wrong(field, Json.GetProperty(field), "at least 1");

    public double Number(string field, double otherwise) =>
        Find(field) is not { } value
            ? otherwise
            : value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : throw Wrong(field, value, "a number");

    /// <summary>The share of values that dropout sets to zero, in [0, 1).</summary>
    public double Dropout(string field, double otherwise) =>
        Number(field, otherwise) is >= 0 and < 1 and var share ? share : throw Wrong(field, Json.GetProperty(field), "in [0, 1)");

    public bool Flag(string field, bool otherwise) => Find(field) is not { } value ? otherwise : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(field, value, "true or false"),
    };

    /// <summary>Refuses a flag that has another value than the one that is supported, which it has where it is absent.</summary>
    public void Only(string field, bool supported)
    {
        if (Flag(field, supported) != supported) throw Unsupported(field, supported ? "false" : "true", supported ? "true" : "false");
    }

    public string Text(string field, string otherwise) =>
        Find(field) is not { } value
            ? otherwise
            : value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Wrong(field, value, "a string");

    /// <summary>The value of a field that can only be one of <paramref name="supported"/>; the first where it is absent.</summary>
    public string OneOf(string field, params ReadOnlySpan<string> supported)
    {
        var value = Text(field, supported[0]);
        return supported.Contains(value) ? value : throw Unsupported(field, value, supported);
    }

    /// <exception cref="NotSupportedException">The field names a function that is not known.</exception>
    public Activation Activation(string field, Activation otherwise) =>
        Find(field) is null ? otherwise : Activations[OneOf(field, [.. Activations.Keys])];

    /// <summary>The values for the classes' outputs: id2label in the order of the ids; empty where there is none.</summary>
    public IReadOnlyList<string> Labels()
    {
        if (Find("id2label") is not { } labels) return [];
        if (labels.ValueKind != JsonValueKind.Object) throw Wrong("id2label", labels, "an object of ids and names");
        SortedDictionary<int, string> sorted = [];
        foreach (var (id, name) in labels.EnumerateObject().Select(label => (label.Name, label.Value)))
        {
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || name.ValueKind != JsonValueKind.String)
                throw Wrong("id2label", labels, "an object of ids and names");
            sorted[index] = name.GetString()!;
        }
        if (sorted.Values.Any(string.IsNullOrWhiteSpace) || sorted.Values.Distinct().Count() < sorted.Count)
            throw Wrong("id2label", labels, "names that are not empty and all different");
        return sorted.Keys.SequenceEqual(Enumerable.Range(0, sorted.Count))
            ? [.. sorted.Values]
            : throw Wrong("id2label", labels, "numbered 0, 1, 2, ... without gaps");
    }

    /// <summary>JSON may escape half a character, which no text can hold.</summary>
    private static JsonElement WithText(JsonElement json, string source)
    {
        try
        {
            Read(json);
            return json;
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException($"'{source}' holds half a surrogate pair, which is no character. Download it again.", error);
        }

        static void Read(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
            if (value.ValueKind == JsonValueKind.Array)
                foreach (var item in value.EnumerateArray()) Read(item);
            if (value.ValueKind == JsonValueKind.Object)
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }
        }
    }

    public NotSupportedException Unsupported(string field, string value, params ReadOnlySpan<string> supported) => new(
        $"'{Source}' has {field} = \"{value}\", which this library does not support. It supports {string.Join(", ", supported)}.");

    private InvalidDataException Wrong(string field, JsonElement value, string expected) =>
        new($"'{Source}' has {field} = {value.GetRawText()}, which should be {expected}. Correct the file or download it again.");
}
