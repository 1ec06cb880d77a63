using System.Text.Json;

namespace TransferLearning.Text;

/// <summary>ModernBERT's configuration; the defaults are those of ModernBERT-base.</summary>
internal sealed record ModernBertConfiguration(EncoderConfiguration Encoder)
{
    private const string Local = "sliding_attention", Global = "full_attention";

    public required IReadOnlyList<bool> IsLocal { get; init; }

    /// <summary>How far a token of a local layer sees to either side.</summary>
    public required int Window { get; init; }

    public required double GlobalTheta { get; init; }

    public required double LocalTheta { get; init; }

    public required double MlpDropout { get; init; }

    public required double InitializerCutoff { get; init; }

    public required bool HasNormBias { get; init; }

    public required bool HasAttentionBias { get; init; }

    public required bool HasMlpBias { get; init; }

    public int HeadWidth => Encoder.Width / Encoder.Heads;

    public static ModernBertConfiguration Read(TextConfiguration json)
    {
        var encoder = new EncoderConfiguration
        {
            Vocabulary = json.Count("vocab_size", 50368),
            Positions = json.Count("max_position_embeddings", 8192),
            TokenTypes = 0,
            Width = json.Count("hidden_size", 768),
            Layers = json.Count("num_hidden_layers", 22),
            Heads = json.Count("num_attention_heads", 12),
            Inner = json.Count("intermediate_size", 1152),
            Dropout = json.Dropout("embedding_dropout", 0),
            AttentionDropout = json.Dropout("attention_dropout", 0),
            NormEpsilon = json.Number("norm_eps", 1e-5),
            InitializerRange = json.Number("initializer_range", 0.02),
            Padding = json.Integer("pad_token_id", 50283),
            Activation = Activation.Read(json, "hidden_activation", Activation.Gelu),
        }.Checked(json, "hidden_size", "num_attention_heads");
        return new ModernBertConfiguration(encoder)
        {
            IsLocal = Layers(json, encoder.Layers),
            Window = json.Integer("local_attention", 128) / 2,
            GlobalTheta = Theta(json, Global, "global_rope_theta", 160_000),
            LocalTheta = Theta(json, Local, "local_rope_theta", 10_000),
            MlpDropout = json.Dropout("mlp_dropout", 0),
            InitializerCutoff = json.Number("initializer_cutoff_factor", 2),
            HasNormBias = json.Flag("norm_bias", false),
            HasAttentionBias = json.Flag("attention_bias", false),
            HasMlpBias = json.Flag("mlp_bias", false),
        };
    }

    /// <summary>A list of the layers' kinds in newer files, in older ones how often a layer is global.</summary>
    private static bool[] Layers(TextConfiguration json, int count)
    {
        if (json.Find("layer_types") is not { ValueKind: JsonValueKind.Array } types)
        {
            var every = json.Count("global_attn_every_n_layers", 3);
            return [.. Enumerable.Range(0, count).Select(i => i % every != 0)];
        }
        string[] kinds = [.. types.EnumerateArray().Select(type => type.ToString())];
        if (kinds.FirstOrDefault(kind => kind is not (Local or Global)) is { } unknown) throw json.Unsupported("layer_types", unknown, Global, Local);
        return kinds.Length == count
            ? [.. kinds.Select(kind => kind == Local)]
            : throw new InvalidDataException($"'{json.Source}' has {kinds.Length} layer_types and num_hidden_layers = {count}; give one for each layer.");
    }

    private static double Theta(TextConfiguration json, string kind, string olderField, double otherwise)
    {
        if (json.Find("rope_parameters") is not { ValueKind: JsonValueKind.Object } all || !all.TryGetProperty(kind, out var own) || own.ValueKind != JsonValueKind.Object)
            return json.Number(olderField, otherwise);
        var rope = new TextConfiguration(own, $"{json.Source}, rope_parameters.{kind}");
        rope.OneOf("rope_type", "default");
        return rope.Number("rope_theta", json.Number(olderField, otherwise));
    }
}
