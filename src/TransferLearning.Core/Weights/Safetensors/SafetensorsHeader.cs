using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace TransferLearning;

/// <summary>The header of a safetensors file, parsed and fully checked.</summary>
/// <remarks>
/// Format: https://github.com/huggingface/safetensors, "Format": 8 bytes header length (little-endian), JSON, data.
/// Names are unique, byte ranges lie side by side without hole or overlap and end at the end of the file,
/// and each is as long as its type and shape say.
/// </remarks>
internal sealed class SafetensorsHeader
{
    public const ulong MaxLength = 100_000_000;
    public const int LengthSize = 8;
    public const string MetadataName = "__metadata__";

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    private SafetensorsHeader()
    {
    }

    public OrderedDictionary<string, TensorInfo> Tensors { get; } = [];

    /// <summary>Where each tensor's bytes are, counted from the first byte after the header.</summary>
    public Dictionary<string, (long Begin, long End)> Ranges { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Whether a file's first bytes are those of a safetensors file: a header length that is allowed, and '{'.</summary>
    public static bool IsAtStartOf(ReadOnlySpan<byte> file) =>
        file.Length > LengthSize && file[LengthSize] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(file) <= MaxLength;

    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">Bytes after the header.</param>
    /// <exception cref="FormatException">The header breaks a rule; the message says which.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        if (json.IsEmpty || json.Span[0] != '{') throw new FormatException("its header does not begin with '{'");
        if (!Utf8.IsValid(json.Span)) throw new FormatException("its header is not UTF-8");
        var header = new SafetensorsHeader();
        try
        {
            using var document = JsonDocument.Parse(json, Shallow);
            if (Property(document.RootElement, MetadataName) is { } metadata) header.AddMetadata(metadata);
            foreach (var property in document.RootElement.EnumerateObject().Where(property => !property.NameEquals(MetadataName)))
                header.AddTensor(property.Name, property.Value);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"its header is not valid JSON ({exception.Message})", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException("its header holds a string that is no text", exception);
        }
        header.CheckCoverage(dataLength);
        return header;
    }

    private void AddMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object) throw new FormatException($"its {MetadataName} is no JSON object");
        foreach (var (key, value) in metadata.EnumerateObject().Select(entry => (entry.Name, entry.Value)))
        {
            if (value.ValueKind != JsonValueKind.String) throw new FormatException($"its {MetadataName} '{key}' is no string");
            if (!Metadata.TryAdd(key, value.GetString()!)) throw new FormatException($"its {MetadataName} has '{key}' twice");
        }
    }

    private void AddTensor(string name, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            throw new FormatException($"tensor '{name}' is described by something that is no JSON object");
        if (Property(entry, "dtype", name) is not { ValueKind: JsonValueKind.String } dtype)
            throw new FormatException($"tensor '{name}' has no dtype");
        var element = ElementType.OfName(dtype.GetString()!)
            ?? throw new FormatException($"tensor '{name}' has the unknown dtype '{dtype.GetString()}'");
        var shape = Integers(name, entry, "shape");
        if (shape.Length > TensorInfo.MaxRank) throw new FormatException($"tensor '{name}' has {shape.Length} dimensions");
        if (Integers(name, entry, "data_offsets") is not [var begin, var end] || end < begin)
            throw new FormatException($"tensor '{name}' has data_offsets that are no range");

        var info = new TensorInfo(element, shape);
        if (TensorInfo.Count(shape) is not { } count || element.Bytes(count) is not { } size || (Int128)count * element.Bits % 8 != 0)
            throw new FormatException($"tensor '{name}', {info}, has an impossible size");
        if (size != end - begin) throw new FormatException($"tensor '{name}', {info}, needs {size} bytes but has {end - begin}");
        if (!Tensors.TryAdd(name, info)) throw new FormatException($"it has tensor '{name}' twice");
        Ranges.Add(name, (begin, end));
    }

    private static long[] Integers(string name, JsonElement entry, string property)
    {
        if (Property(entry, property, name) is not { ValueKind: JsonValueKind.Array } array)
            throw new FormatException($"tensor '{name}' has no {property}");
        return [
            .. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var value) && value >= 0
            ? value
            : throw new FormatException($"tensor '{name}' has the {property} {array.GetRawText()}, which are not all whole numbers "
            + "from 0"))];
    }

    // JsonDocument's own search for duplicates loads a cryptographic library, which takes as long as reading a small model.
    private static JsonElement? Property(JsonElement entry, string property, string? tensor = null)
    {
        JsonElement? found = null;
        foreach (var member in entry.EnumerateObject())
        {
            if (!member.NameEquals(property)) continue;
            found = found is null
                ? member.Value
                : throw new FormatException($"{(tensor is null ? "it" : $"tensor '{tensor}'")} has {property} twice");
        }
        return found;
    }

    private void CheckCoverage(long dataLength)
    {
        var expected = 0L;
        foreach (var (name, (begin, end)) in Ranges.OrderBy(entry => entry.Value))
        {
            if (begin != expected)
                throw new FormatException(begin < expected
                    ? $"tensor '{name}' overlaps another"
                    : $"{begin - expected} bytes before tensor '{name}' belong to no tensor");
            expected = end;
        }
        if (expected > dataLength)
            throw new FormatException($"{expected - dataLength} bytes at the end are missing: the download or copy was cut off");
        if (expected < dataLength) throw new FormatException($"{dataLength - expected} bytes follow the last tensor");
    }
}
