using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Writes safetensors files.</summary>
public static class Safetensors
{
    /// <summary>
    /// Writes tensors under their names, from any device. The file appears whole or not at all, replacing one of that name.
    /// Equal content gives equal bytes: tensors are ordered as the reference implementation does, wider types first, then by name.
    /// </summary>
    /// <param name="path">The file, usually <c>*.safetensors</c>.</param>
    /// <param name="tensors">Names and tensors; not disposed.</param>
    /// <param name="metadata">Written as <c>__metadata__</c>; null writes none.</param>
    /// <exception cref="ArgumentException">A name occurs twice, is reserved or is no Unicode text, or safetensors has no such element type;
    /// nothing was written.</exception>
    /// <exception cref="IOException">The file cannot be written; one that was there before is unchanged.</exception>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (var (name, tensor) in tensors = [.. tensors])
            if (name is null || tensor is null) throw new ArgumentException($"The tensor '{name}' is null, or has no name.",
                nameof(tensors));
        KeyValuePair<string, Tensor>[] entries = [.. tensors
            .OrderByDescending(entry => Element(entry.Key, entry.Value).Bits)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)];
        var header = Header(entries, metadata);

        AtomicFile.Write(path, stream =>
        {
            stream.Write(BitConverter.GetBytes((ulong)header.Length));
            stream.Write(header);
            foreach (var (_, tensor) in entries)
            {
                using var scope = NewDisposeScope();
                tensor.detach().cpu().contiguous().WriteTo(stream);
            }
        });
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] entries, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataName);
                foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    json.WriteString(Text(key), Text(value));
                json.WriteEndObject();
            }
            var offset = 0L;
            HashSet<string> names = [SafetensorsHeader.MetadataName];
            foreach (var (name, tensor) in entries)
            {
                if (!names.Add(name))
                    throw new ArgumentException($"The name '{name}' is reserved or occurs twice. Give each tensor its own name.");
                json.WriteStartObject(Text(name));
                json.WriteString("dtype", Element(name, tensor).Name);
                WriteArray(json, "shape", tensor.shape);
                WriteArray(json, "data_offsets", [offset, offset += tensor.numel() * tensor.element_size()]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Data begin at a multiple of 8, as readers that map tensors in place want it.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return (ulong)buffer.Length <= SafetensorsHeader.MaxLength
            ? buffer.ToArray()
            : throw new ArgumentException(
                $"Names and metadata take {buffer.Length} bytes; a safetensors header may have {SafetensorsHeader.MaxLength}. Shorten "
                + "the metadata.");
    }

    private static void WriteArray(Utf8JsonWriter json, string name, long[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    /// <exception cref="ArgumentException">The text holds half of a surrogate pair, which would be replaced.</exception>
    internal static string Text(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text
        ? text
        : throw new ArgumentException($"'{text}' holds half of a surrogate pair, which is no Unicode text. Give it another name.");

    private static ElementType Element(string name, Tensor tensor) => ElementType.OfScalar(tensor.dtype) is { Name: not "C128" } element
        ? element
        : throw new ArgumentException($"Tensor '{name}' has type {tensor.dtype}, which safetensors has not. Convert it before writing.");
}
