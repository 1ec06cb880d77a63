namespace TransferLearning.Text;

/// <summary>
/// How a backbone wants its texts, and how the vectors of their tokens become one. It is chosen when the backbone is loaded, and saved
/// with the model, tokenizer included: predictions read texts as training did.
/// </summary>
public sealed record TextSpec : InputSpec
{
    /// <summary>Cuts texts into tokens.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Most tokens of a text, special ones included, at least 1; longer ones are cut. Default 512.</summary>
    public int MaxLength
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxLength), value, "MaxLength must be at least 1 token.");
    } = 512;

    /// <summary>
    /// Null (default): what is longer than <see cref="MaxLength"/> is cut off. Else long texts are read in windows of that length which
    /// share this many tokens, 0 or more, and the windows' vectors are averaged. Both texts of a pair are read side by side.
    /// </summary>
    public int? Stride
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Stride), value, "Stride must be at least 0 tokens, or null.");
    }

    /// <summary>How the vectors of the tokens become one. Default: their mean.</summary>
    public TextPooling Pooling { get; init; } = TextPooling.Mean;

    /// <summary>Whether sentence vectors are scaled to length 1, as the network was trained for. Default: false.</summary>
    public bool Normalize { get; init; }

    /// <summary>What a word is, where words have classes (<see cref="TokenDataset"/>). Default: punctuation marks are words of their own.</summary>
    public WordSplit WordSplit { get; init; } = WordSplit.Punctuation;

    /// <summary>Where long texts are cut; windows (<see cref="Stride"/>) begin at the other side. Default: on the right.</summary>
    public TextSide TruncationSide { get; init; } = TextSide.Right;

    /// <summary>Where short texts are padded. Default: on the right.</summary>
    public TextSide PaddingSide { get; init; } = TextSide.Right;

    /// <summary>The input of a backbone that reads texts, for a data set.</summary>
    /// <exception cref="ArgumentException">It is another kind of input, or none.</exception>
    internal static TextSpec Of(InputSpec? input) => input as TextSpec ?? throw new ArgumentException(
        $"A data set of texts serves backbones whose input is a TextSpec, but this one's is {input?.GetType().Name ?? "not described"}. Take a backbone for texts, or set its BackboneInfo.Input.",
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
            $"The backbone '{backbone.Info.Id}' does not say how it wants texts: take one of TextBackbones, or set its BackboneInfo.Input.", nameof(backbone));
    }
}
