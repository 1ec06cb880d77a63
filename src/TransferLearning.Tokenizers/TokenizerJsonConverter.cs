using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning.Tokenizers;

/// <summary>Writes a tokenizer as the object of its tokenizer.json, and reads it back.</summary>
internal sealed class TokenizerJsonConverter : JsonConverter<Tokenizer>
{
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

    public override void Write(Utf8JsonWriter writer, Tokenizer value, JsonSerializerOptions options) => writer.WriteRawValue(value.ToJson());
}
