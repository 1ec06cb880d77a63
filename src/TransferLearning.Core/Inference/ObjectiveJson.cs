using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>
/// An objective as a saved model names it: enough to read the outputs as probabilities or values. Of an objective of one's own
/// nothing is saved; a restored head then has the default, cross-entropy.
/// </summary>
internal sealed class ObjectiveJson : JsonConverter<IObjective>
{
    public override IObjective Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() switch
    {
        "cross-entropy" => new CrossEntropy(),
        "multi-label" => new MultiLabel(),
        "regression" => new Regression(),
        var name => throw new JsonException($"The objective '{name}' is unknown."),
    };

    public override void Write(Utf8JsonWriter writer, IObjective value, JsonSerializerOptions options) => writer.WriteStringValue(value switch
    {
        CrossEntropy => "cross-entropy",
        MultiLabel => "multi-label",
        Regression => "regression",
        _ => null,
    });
}
