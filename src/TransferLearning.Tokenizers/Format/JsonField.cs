using System.Text;
using System.Text.Json;

namespace TransferLearning.Tokenizers;

/// <summary>A value in a tokenizer file that knows its place, so that what is wrong with it can be said.</summary>
internal sealed class JsonField(JsonElement value, string file, string path)
{
    /// <summary>The document of a file.</summary>
    /// <exception cref="TokenizerFormatException">It is no JSON.</exception>
    public static JsonField Parse(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            // A byte order mark is no JSON.
            return new(JsonElement.Parse(json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json), file, "");
        }
        catch (JsonException e)
        {
            throw new TokenizerFormatException($"{file} is not valid JSON: {e.Message} Get the file again.", e);
        }
    }

    public bool IsNull => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public bool IsArray => value.ValueKind == JsonValueKind.Array;

    public bool IsString => value.ValueKind == JsonValueKind.String;

    /// <summary>The field of that name; a null one where the object has none.</summary>
    public JsonField this[string name]
    {
        get
        {
            if (value.ValueKind != JsonValueKind.Object) throw Wrong("is no object");
            return new(Find(name) ?? default, file, path.Length == 0 ? name : $"{path}.{name}");
        }
    }

    public bool Has(string name) => value.ValueKind == JsonValueKind.Object && Find(name) is not null;

    public IEnumerable<JsonField> Items()
    {
        if (!IsArray) throw Wrong("is no list");
        return value.EnumerateArray().Select((item, i) => new JsonField(item, file, $"{path}[{i}]"));
    }

    public IEnumerable<(string Name, JsonField Value)> Properties()
    {
        if (value.ValueKind != JsonValueKind.Object) throw Wrong("is no object");
        return value.EnumerateObject().Select(property =>
        {
            var name = Decode(() => property.Name);
            return (name, new JsonField(property.Value, file, $"{path}.{name}"));
        });
    }

    public string Text(string? otherwise = null)
    {
        if (IsNull && otherwise is not null) return otherwise;
        return IsString ? Decode(value.GetString) : throw Wrong("is no string");
    }

    public bool Flag(bool otherwise) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ when IsNull => otherwise,
        _ => throw Wrong("is neither true nor false"),
    };

    public int Number(int? otherwise = null)
    {
        if (IsNull && otherwise is { } number) return number;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var found) && found >= 0
            ? found
            : throw Wrong("is no whole number from 0 on");
    }

    public double Real() =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : throw Wrong("is no number");

    public byte[] Base64() => IsString && value.TryGetBytesFromBase64(out var bytes) ? bytes : throw Wrong("is not in base 64");

    public Rune Character(string? otherwise = null)
    {
        var text = Text(otherwise);
        return Rune.TryGetRuneAt(text, 0, out var rune) && rune.Utf16SequenceLength == text.Length
            ? rune
            : throw Wrong("is not one character");
    }

    /// <summary>What the field would have to be, as <paramref name="read"/> finds out, or the exception that says why it is not.</summary>
    public T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException e)
        {
            throw Wrong($"cannot be used: {e.Message.TrimEnd('.')}", e);
        }
    }

    private JsonElement? Find(string name) => Decode(() => value.TryGetProperty(name, out var field) ? field : (JsonElement?)null);

    /// <summary>JSON may escape half a character, which no text can hold.</summary>
    private T Decode<T>(Func<T?> read)
    {
        try
        {
            return read()!;
        }
        catch (InvalidOperationException e)
        {
            throw Wrong("holds half a surrogate pair, which is no character. Get the file again", e);
        }
    }

    public TokenizerFormatException Unsupported() =>
        Wrong($"is of type '{this["type"].Text("")}', which is not supported. "
            + "Save the tokenizer without it, or convert the text before tokenizing");

    public TokenizerFormatException Wrong(string reason, Exception? cause = null) =>
        new($"{file}: {(path.Length == 0 ? "the document" : $"'{path}'")} {reason}.", cause);
}
