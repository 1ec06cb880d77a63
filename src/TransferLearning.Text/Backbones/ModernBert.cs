using System.Text.Json;
using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Text;

/// <summary>
/// ModernBERT (Warner et al., "Smarter, better, faster, longer: A modern bidirectional encoder", 2024): rotary positions,
/// gated feed-forward networks, normalisation before each block, and layers of which most see a window only.
/// </summary>
internal sealed class ModernBert : TextNetwork
{
    private readonly Embeddings embeddings;
    private readonly ModuleList<Layer> layers;
    private readonly LayerNorm final_norm;
    private readonly RotaryPositions _everywhere, _nearby;
    private readonly PerLength _window;
    private readonly Configuration _config;

    private ModernBert(Configuration config) : base(config.Encoder)
    {
        _config = config;
        embeddings = new Embeddings(config);
        layers = new ModuleList<Layer>(config.IsLocal.Select((isLocal, i) => new Layer(config, isFirst: i == 0, isLocal)));
        final_norm = config.Norm();
        _everywhere = new RotaryPositions(config.GlobalTheta, config.HeadWidth, MaxLength);
        _nearby = new RotaryPositions(config.LocalTheta, config.HeadWidth, MaxLength);
        _window = new PerLength(Window);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings"], (ids, _, _) => embeddings.call(ids)),
            .. layers.Select((layer, i) => i < layers.Count - 1
                ? Stage.OfSequences($"layer {i + 1}", [$"layers.{i}"], (hidden, mask) => Run(layer, hidden, mask))
                : Stage.OfSequences($"layer {i + 1}", [$"layers.{i}", "final_norm"], (hidden, mask) => final_norm.call(Run(layer, hidden, mask)))),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "model", ["modernbert"], json => new ModernBert(Configuration.Read(json)))
    {
        Published = [new("ModernBERT-base", "answerdotai/ModernBERT-base", """{"model_type": "modernbert"}""") { Licence = "Apache-2.0" }],
        ClassifierHead = json => Head(json, "classifier") with
        {
            Pooling = json.OneOf("classifier_pooling", "cls", "mean") == "cls" ? TextPooling.First : TextPooling.Mean,
            Dropout = json.Dropout("classifier_dropout", 0),
        },
        TokenClassifierHead = json => Head(json, "classifier") with { Dropout = json.Dropout("classifier_dropout", 0) },
        LanguageModelHead = json => Head(json, "decoder") with { IsTied = true },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.tok_embeddings;

    /// <summary>A normal cut off at both ends; what is added to the hidden states is drawn smaller the deeper the network.</summary>
    protected override void DrawMatrix(string name, Tensor matrix, Generator? generator)
    {
        var depth = name.EndsWith(".Wo.weight", StringComparison.Ordinal) ? Math.Sqrt(2.0 * layers.Count) : 1;
        Parameters.DrawTruncatedNormal(matrix, _config.Encoder.InitializerRange / depth, _config.InitializerCutoff, generator);
    }

    private static HeadLayout Head(TextConfiguration json, string output)
    {
        var config = Configuration.Read(json);
        return new HeadLayout(output)
        {
            Dense = "head.dense",
            HasDenseBias = json.Flag("classifier_bias", false),
            Activation = json.Activation("classifier_activation", Activation.Gelu),
            Norm = "head.norm",
            HasNormBias = config.HasNormBias,
            NormEpsilon = config.Encoder.NormEpsilon,
        };
    }

    private Tensor Run(Layer layer, Tensor hidden, Tensor? mask)
    {
        var (visible, length) = (Attention.Visible(mask), hidden.size(1));
        if (layer.IsLocal && length > _config.Window + 1)
        {
            var near = _window.Of(length, hidden.device);
            visible = visible is null ? near : LogicalAnd(visible, near);
        }
        return layer.call(hidden, visible, layer.IsLocal ? _nearby : _everywhere);
    }

    /// <summary>Which tokens are within the window to either side of a token, <c>[T, T]</c>.</summary>
    private Tensor Window(long length, Device device)
    {
        var columns = Range(0, length, device);
        return AtMost(Abs(Subtract(Unsqueeze(columns, 1), columns)), _config.Window);
    }

    /// <summary>ModernBERT's configuration; the defaults are those of ModernBERT-base.</summary>
    private sealed record Configuration(EncoderConfiguration Encoder)
    {
        private const string Local = "sliding_attention", Global = "full_attention";

        /// <summary>Of each layer, whether it sees the window only.</summary>
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

        public LayerNorm Norm() => new(Encoder.Width, Encoder.NormEpsilon, HasNormBias);

        public static Configuration Read(TextConfiguration json)
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
                Activation = json.Activation("hidden_activation", Activation.Gelu),
            }.Checked(json, "hidden_size", "num_attention_heads");
            return new Configuration(encoder)
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
            if (kinds.FirstOrDefault(kind => kind is not (Local or Global)) is { } unknown)
                throw json.Unsupported("layer_types", unknown, Global, Local);
            return kinds.Length == count
                ? [.. kinds.Select(kind => kind == Local)]
                : throw new InvalidDataException(
                    $"'{json.Source}' has {kinds.Length} layer_types and num_hidden_layers = {count}; give one for each layer.");
        }

        private static double Theta(TextConfiguration json, string kind, string olderField, double otherwise)
        {
            if (json.Find("rope_parameters") is not { ValueKind: JsonValueKind.Object } all
                || !all.TryGetProperty(kind, out var own) || own.ValueKind != JsonValueKind.Object)
                return json.Number(olderField, otherwise);
            var rope = new TextConfiguration(own, $"{json.Source}, rope_parameters.{kind}");
            rope.OneOf("rope_type", "default");
            return rope.Number("rope_theta", json.Number(olderField, otherwise));
        }
    }

    private sealed class Embeddings : Block
    {
        public readonly Embedding tok_embeddings;
        private readonly LayerNorm norm;
        private readonly Dropout drop;

        public Embeddings(Configuration config)
        {
            tok_embeddings = new Embedding(config.Encoder.Vocabulary, config.Encoder.Width);
            norm = config.Norm();
            drop = new Dropout(config.Encoder.Dropout);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor ids) => Dropout(norm.call(tok_embeddings.call(ids)), drop);
    }

    private sealed class Layer : Block<Tensor?, RotaryPositions>
    {
        private readonly LayerNorm? attn_norm;
        private readonly SelfAttention attn;
        private readonly LayerNorm mlp_norm;
        private readonly GatedNetwork mlp;

        /// <summary>The first layer's input is normalised already.</summary>
        public Layer(Configuration config, bool isFirst, bool isLocal)
        {
            IsLocal = isLocal;
            attn_norm = isFirst ? null : config.Norm();
            attn = new SelfAttention(config);
            mlp_norm = config.Norm();
            mlp = new GatedNetwork(config);
            RegisterComponents();
        }

        public bool IsLocal { get; }

        protected override Tensor Compute(Tensor hidden, Tensor? visible, RotaryPositions positions)
        {
            var x = InPlace.Add(attn.call(attn_norm?.call(hidden) ?? hidden, visible, positions), hidden);
            return InPlace.Add(mlp.call(mlp_norm.call(x)), x);
        }
    }

    private sealed class SelfAttention : Block<Tensor?, RotaryPositions>
    {
        private readonly Linear Wqkv, Wo;
        private readonly Dropout attention_dropout, out_drop;
        private readonly int _heads;

        public SelfAttention(Configuration config)
        {
            var width = config.Encoder.Width;
            Wqkv = new Linear(width, 3 * width, config.HasAttentionBias);
            Wo = new Linear(width, width, config.HasAttentionBias);
            attention_dropout = new Dropout(config.Encoder.AttentionDropout);
            out_drop = new Dropout(config.Encoder.AttentionDropout);
            _heads = config.Encoder.Heads;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? visible, RotaryPositions positions)
        {
            var parts = Chunk(Wqkv.call(hidden), 3, -1);
            var (queries, keys) = (
                positions.Rotate(Attention.Split(parts[0], _heads)), positions.Rotate(Attention.Split(parts[1], _heads)));
            var mixed = Attention.OfHeads(queries, keys, Attention.Split(parts[2], _heads), visible, attention_dropout);
            return Dropout(Wo.call(Attention.Merge(mixed)), out_drop);
        }
    }

    /// <summary>A feed-forward network of which one half gates the other (Shazeer, "GLU variants improve transformer", 2020).</summary>
    private sealed class GatedNetwork : Block
    {
        private readonly Linear Wi, Wo;
        private readonly Dropout drop;
        private readonly Activation _activation;

        public GatedNetwork(Configuration config)
        {
            Wi = new Linear(config.Encoder.Width, 2 * config.Encoder.Inner, config.HasMlpBias);
            Wo = new Linear(config.Encoder.Inner, config.Encoder.Width, config.HasMlpBias);
            drop = new Dropout(config.MlpDropout);
            _activation = config.Encoder.Activation;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden)
        {
            var parts = Chunk(Wi.call(hidden), 2, -1);
            return Wo.call(Dropout(Multiply(Activate(parts[0], _activation), parts[1]), drop));
        }
    }
}
