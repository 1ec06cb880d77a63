using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransferLearning.Text;

/// <summary>
/// How a backbone wants its texts, and how the vectors of their tokens become one. It is chosen when the backbone is loaded, and saved
/// with the model, tokenizer included: predictions read texts as training did.
/// </summary>
public sealed record TextSpec : InputSpec
{
    private const int UsualLength = 512;

    /// <summary>Cuts texts into tokens.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Most tokens of a text, special ones included, at least 1; longer ones are cut. Default 512.</summary>
    public int MaxLength
    {
        get;
        init =>
            field = value > 0
                ? value
                : throw new ArgumentOutOfRangeException(nameof(MaxLength), value, "MaxLength must be at least 1 token.");
    } = UsualLength;

    /// <summary>
    /// Null (default): what is longer than <see cref="MaxLength"/> is cut off. Else long texts are read in windows of that length which
    /// share this many tokens, 0 or more, and the windows' vectors are averaged. Both texts of a pair are read side by side.
    /// </summary>
    public int? Stride
    {
        get;
        init =>
            field = value is null or >= 0
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Stride), value, "Stride must be at least 0 tokens, or null.");
    }

    /// <summary>How the vectors of the tokens become one. Default: their mean.</summary>
    public TextPooling Pooling
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Pooling), value, "There is no such value.");
    } = TextPooling.Mean;

    /// <summary>Whether sentence vectors are scaled to length 1, as the network was trained for. Default: false.</summary>
    public bool Normalize { get; init; }

    /// <summary>
    /// What a word is, where words have classes (<see cref="TokenDataset"/>). Default: punctuation marks are words of their own.
    /// </summary>
    public WordSplit WordSplit
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(WordSplit), value, "There is no such value.");
    } = WordSplit.Punctuation;

    /// <summary>Where long texts are cut; windows (<see cref="Stride"/>) begin at the other side. Default: on the right.</summary>
    public TextSide TruncationSide
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(TruncationSide), value, "There is no such value.");
    } = TextSide.Right;

    /// <summary>Where short texts are padded. Default: on the right.</summary>
    public TextSide PaddingSide
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(PaddingSide), value, "There is no such value.");
    } = TextSide.Right;

    /// <inheritdoc/>
    public override JsonObject ToJson() => JsonSerializer.SerializeToNode(this, TextSpecJson.Default.TextSpec)!.AsObject();

    /// <summary>
    /// Makes a specification of what <see cref="ToJson"/> wrote. A value that is not there has its default; the tokenizer must be there.
    /// </summary>
    /// <exception cref="JsonException">A value is of another kind than it is to be, or the tokenizer is none.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static TextSpec Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (!json.ContainsKey("maxLength")) json["maxLength"] = UsualLength;
        return json.Deserialize(TextSpecJson.Default.TextSpec)!;
    }

    /// <summary>The input of a backbone that reads texts, for a data set.</summary>
    /// <exception cref="ArgumentException">It is another kind of input, or none.</exception>
    internal static TextSpec Of(InputSpec? input) => input as TextSpec ?? throw new ArgumentException(
        "A data set of texts serves backbones whose input is a TextSpec, but this one's is "
        + $"{input?.GetType().Name ?? "not described"}. Take a backbone for texts, or set its BackboneInfo.Input.",
        nameof(input));

    /// <summary>The input of a model that reads texts, for predictions.</summary>
    /// <exception cref="ArgumentException">The model's backbone reads no texts.</exception>
    internal static TextSpec Of(TransferModel model) => Of((model ?? throw new ArgumentNullException(nameof(model))).Backbone);

    /// <summary>The input of a backbone that reads texts, for predictions.</summary>
    /// <exception cref="ArgumentException">It reads no texts.</exception>
    internal static TextSpec Of(IPretrainedBackbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return backbone.Info.Input as TextSpec ?? throw new ArgumentException(
            $"The backbone '{backbone.Info.Id}' does not say how it wants texts: take one of TextBackbones, or set its "
            + "BackboneInfo.Input.", nameof(backbone));
    }
}

/// <summary>Reads and writes them without reflection. What is not in the JSON would be 0 or null, whatever the default.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EnumName<TextPooling>), typeof(EnumName<WordSplit>), typeof(EnumName<TextSide>)])]
[JsonSerializable(typeof(TextSpec))]
internal sealed partial class TextSpecJson : JsonSerializerContext
{
    private sealed class EnumName<T>() : JsonStringEnumConverter<T>(
        JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
}
