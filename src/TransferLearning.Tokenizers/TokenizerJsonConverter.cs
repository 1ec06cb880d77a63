using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning.Tokenizers;

/// <summary>
/// Writes a tokenizer as the object of its tokenizer.json, and reads it back. A <see cref="Tokenizer"/> names it, and generated serializers
/// use it.
/// </summary>
public sealed class TokenizerJsonConverter : JsonConverter<Tokenizer>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The JSON is no tokenizer.</exception>
    public override Tokenizer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Tokenizer.Parse(JsonMarshal.GetRawUtf8Value(document.RootElement));
        }
        catch (TokenizerFormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Tokenizer value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.ToJson());
    }
}
