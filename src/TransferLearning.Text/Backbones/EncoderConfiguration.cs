using TransferLearning.Networks;

namespace TransferLearning.Text;

/// <summary>
/// What all encoders have in common. The defaults are BERT's (base, uncased); a family's own are read <c>with</c> changes.
/// </summary>
internal sealed record EncoderConfiguration
{
    // More than any network has; a damaged or hostile file is not to build layers and tables without end.
    private const int MaxLayers = 1000, MaxPositions = 1 << 20;

    // A network of that many weights is built before it is found out that the weight file does not fit it.
    private const double FreeWeights = 1 << 28;

    public int Vocabulary { get; init; } = 30522;

    /// <summary>Rows of the table of positions, or the longest text where there is none.</summary>
    public int Positions { get; init; } = 512;

    /// <summary>Kinds of token (segments); 0: the network does not tell them apart.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>Width of the embeddings where they are projected to <see cref="Width"/>; null: the same width.</summary>
    public int? EmbeddingWidth { get; init; }

    public int Width { get; init; } = 768;

    public int Layers { get; init; } = 12;

    /// <summary>Whether all layers have the same weights.</summary>
    public bool SharesLayers { get; init; }

    public int Heads { get; init; } = 12;

    /// <summary>Width within the feed-forward network.</summary>
    public int Inner { get; init; } = 3072;

    public double Dropout { get; init; } = 0.1;

    public double AttentionDropout { get; init; } = 0.1;

    public double NormEpsilon { get; init; } = 1e-12;

    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Id of the padding token; null where there is none.</summary>
    public int? Padding { get; init; } = 0;

    public Activation Activation { get; init; } = Activation.Gelu;

    private double LeastWeights =>
        (double)Vocabulary * (EmbeddingWidth ?? Width) + (SharesLayers ? 1 : Layers) * ((double)Width * Width + (double)Width * Inner);

    /// <summary>Reads the fields that BERT and its kin share; those of <paramref name="defaults"/> where they are absent.</summary>
    /// <exception cref="NotSupportedException">A field has a value that is not supported; the message names it.</exception>
    /// <exception cref="InvalidDataException">A field has a value that cannot be; the message names it.</exception>
    public static EncoderConfiguration Read(TextConfiguration json, EncoderConfiguration defaults)
    {
        json.OneOf("position_embedding_type", "absolute");
        return new EncoderConfiguration
        {
            Vocabulary = json.Count("vocab_size", defaults.Vocabulary),
            Positions = json.Count("max_position_embeddings", defaults.Positions),
            TokenTypes = json.Integer("type_vocab_size", defaults.TokenTypes),
            EmbeddingWidth = defaults.EmbeddingWidth is { } width ? json.Count("embedding_size", width) : null,
            SharesLayers = defaults.SharesLayers,
            Width = json.Count("hidden_size", defaults.Width),
            Layers = json.Count("num_hidden_layers", defaults.Layers),
            Heads = json.Count("num_attention_heads", defaults.Heads),
            Inner = json.Count("intermediate_size", defaults.Inner),
            Dropout = json.Dropout("hidden_dropout_prob", defaults.Dropout),
            AttentionDropout = json.Dropout("attention_probs_dropout_prob", defaults.AttentionDropout),
            NormEpsilon = json.Number("layer_norm_eps", defaults.NormEpsilon),
            InitializerRange = json.Number("initializer_range", defaults.InitializerRange),
            Padding = json.Find("pad_token_id") is null ? defaults.Padding : json.Integer("pad_token_id", 0),
            Activation = json.Activation("hidden_act", defaults.Activation),
        }.Checked(json, "hidden_size", "num_attention_heads");
    }

    /// <exception cref="InvalidDataException">
    /// The heads do not divide the width, the padding token is outside the vocabulary, or the network is larger than any, or than its
    /// weight file.
    /// </exception>
    public EncoderConfiguration Checked(TextConfiguration json, string widthField, string headsField)
    {
        if (Width % Heads != 0)
            throw new InvalidDataException(
                $"'{json.Source}' has {widthField} = {Width} and {headsField} = {Heads}; the heads must divide the width.");
        if (Layers > MaxLayers || Positions > MaxPositions)
            throw new InvalidDataException(
                $"'{json.Source}' describes {Layers} layers and {Positions} positions; this library takes {MaxLayers} and {MaxPositions}.");
        if (LeastWeights > Math.Max(json.Weights, FreeWeights))
            throw new InvalidDataException(FormattableString.Invariant(
                $"'{json.Source}' describes a network of {LeastWeights:N0} weights or more, but the weight file holds {json.Weights:N0}. ")
                + "They belong to different models, or one is damaged: download both again.");
        return Padding is { } padding && (padding < 0 || padding >= Vocabulary)
            ? throw new InvalidDataException(
                $"'{json.Source}' has pad_token_id = {padding}, which is outside the vocabulary of {Vocabulary} tokens.")
            : this;
    }
}
