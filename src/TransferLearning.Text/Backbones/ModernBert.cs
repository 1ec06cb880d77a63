using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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
    private readonly RotaryPositions _everywhere;
    private readonly RotaryPositions _nearby;
    private readonly PerLength _window;
    private readonly ModernBertConfiguration _config;

    private ModernBert(ModernBertConfiguration config) : base(nameof(ModernBert), config.Encoder)
    {
        _config = config;
        embeddings = new Embeddings(config);
        layers = new ModuleList<Layer>([.. config.IsLocal.Select((isLocal, i) => new Layer(config, isFirst: i == 0, isLocal))]);
        final_norm = Norm(config);
        _everywhere = new RotaryPositions(config.GlobalTheta, config.HeadWidth, MaxLength);
        _nearby = new RotaryPositions(config.LocalTheta, config.HeadWidth, MaxLength);
        _window = new PerLength(Window);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings"], input => embeddings.call(input.Values)),
            .. layers.Select((layer, i) => i < layers.Count - 1
                ? Group($"layer {i + 1}", [$"layers.{i}"], (hidden, mask) => Run(layer, hidden, mask))
                : Group($"layer {i + 1}", [$"layers.{i}", "final_norm"], (hidden, mask) => Last(layer, hidden, mask))),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "model", ["modernbert"], json => new ModernBert(ModernBertConfiguration.Read(json)))
    {
        Classifier = json => Head(json, "classifier") with
        {
            Pooling = json.OneOf("classifier_pooling", "cls", "mean") == "cls" ? TextPooling.First : TextPooling.Mean,
            Dropout = json.Dropout("classifier_dropout", 0),
        },
        TokenClassifier = json => Head(json, "classifier") with { Dropout = json.Dropout("classifier_dropout", 0) },
        LanguageModel = json => Head(json, "decoder") with { IsTied = true },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.tok_embeddings;

    /// <summary>A normal cut off at both ends; what is added to the hidden states is drawn smaller the deeper the network.</summary>
    protected override void Draw(string name, Parameter matrix)
    {
        var deviation = name.EndsWith(".Wo.weight", StringComparison.Ordinal) ? InitializerRange / Math.Sqrt(2.0 * layers.Count) : InitializerRange;
        // The inverse of the error function turns a uniform number into a normal one.
        using var limit = tensor(_config.InitializerCutoff / Math.Sqrt(2)).erf();
        matrix.uniform_(-limit.item<double>(), limit.item<double>()).erfinv_().mul_(Math.Sqrt(2) * deviation);
    }

    private static HeadLayout Head(TextConfiguration json, string output)
    {
        var config = ModernBertConfiguration.Read(json);
        return new HeadLayout(output)
        {
            Dense = "head.dense",
            HasDenseBias = json.Flag("classifier_bias", false),
            Activation = Activation.Read(json, "classifier_activation", Activation.Gelu),
            Norm = "head.norm",
            HasNormBias = config.HasNormBias,
            NormEpsilon = config.Encoder.NormEpsilon,
        };
    }

    private static LayerNorm Norm(ModernBertConfiguration config) => LayerNorm(config.Encoder.Width, config.Encoder.NormEpsilon, bias: config.HasNormBias);

    private Tensor Run(Layer layer, Tensor hidden, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var (visible, length) = (Attention.Visible(mask), hidden.size(1));
        if (layer.IsLocal && length > _config.Window + 1)
        {
            var near = _window.Of(length, hidden.device);
            visible = visible?.logical_and(near) ?? near;
        }
        return layer.call(hidden, visible, layer.IsLocal ? _nearby : _everywhere).MoveToOuterDisposeScope();
    }

    /// <summary>Which tokens are within the window to either side of a token, <c>[T, T]</c>.</summary>
    private Tensor Window(long length, Device device)
    {
        using var scope = NewDisposeScope();
        var columns = arange(length, device: device);
        return (columns.unsqueeze(1) - columns).abs().le(_config.Window).MoveToOuterDisposeScope();
    }

    private Tensor Last(Layer layer, Tensor hidden, Tensor? mask)
    {
        using var x = Run(layer, hidden, mask);
        return final_norm.call(x);
    }

    private sealed class Embeddings : Module<Tensor, Tensor>
    {
        public readonly Embedding tok_embeddings;
        private readonly LayerNorm norm;
        private readonly Dropout drop;

        public Embeddings(ModernBertConfiguration config) : base(nameof(Embeddings))
        {
            tok_embeddings = new Embedding(config.Encoder.Vocabulary, config.Encoder.Width);
            norm = Norm(config);
            drop = new Dropout(config.Encoder.Dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor ids)
        {
            using var scope = NewDisposeScope();
            return drop.call(norm.call(tok_embeddings.call(ids))).MoveToOuterDisposeScope();
        }
    }

    private sealed class Layer : Module<Tensor, Tensor?, RotaryPositions, Tensor>
    {
        private readonly LayerNorm? attn_norm;
        private readonly SelfAttention attn;
        private readonly LayerNorm mlp_norm;
        private readonly GatedNetwork mlp;

        /// <summary>The first layer's input is normalised already.</summary>
        public Layer(ModernBertConfiguration config, bool isFirst, bool isLocal) : base(nameof(Layer))
        {
            IsLocal = isLocal;
            attn_norm = isFirst ? null : Norm(config);
            attn = new SelfAttention(config);
            mlp_norm = Norm(config);
            mlp = new GatedNetwork(config);
            RegisterComponents();
        }

        public bool IsLocal { get; }

        public override Tensor forward(Tensor hidden, Tensor? visible, RotaryPositions positions)
        {
            using var scope = NewDisposeScope();
            var x = attn.call(attn_norm?.call(hidden) ?? hidden, visible, positions).add_(hidden);
            return mlp.call(mlp_norm.call(x)).add_(x).MoveToOuterDisposeScope();
        }
    }

    private sealed class SelfAttention : Module<Tensor, Tensor?, RotaryPositions, Tensor>
    {
        private readonly Dense Wqkv;
        private readonly Dense Wo;
        private readonly Dropout out_drop;
        private readonly int _heads;
        private readonly double _dropout;

        public SelfAttention(ModernBertConfiguration config) : base(nameof(SelfAttention))
        {
            var width = config.Encoder.Width;
            Wqkv = new Dense(width, 3 * width, config.HasAttentionBias);
            Wo = new Dense(width, width, config.HasAttentionBias);
            out_drop = new Dropout(config.Encoder.AttentionDropout);
            (_heads, _dropout) = (config.Encoder.Heads, config.Encoder.AttentionDropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? visible, RotaryPositions positions)
        {
            using var scope = NewDisposeScope();
            var parts = Wqkv.call(hidden).chunk(3, -1);
            var (queries, keys) = (positions.Rotate(Attention.Split(parts[0], _heads)), positions.Rotate(Attention.Split(parts[1], _heads)));
            var mixed = functional.scaled_dot_product_attention(queries, keys, Attention.Split(parts[2], _heads), visible, training ? _dropout : 0);
            return out_drop.call(Wo.call(Attention.Merge(mixed))).MoveToOuterDisposeScope();
        }
    }

    /// <summary>A feed-forward network of which one half gates the other (Shazeer, "GLU variants improve transformer", 2020).</summary>
    private sealed class GatedNetwork : Module<Tensor, Tensor>
    {
        private readonly Dense Wi;
        private readonly Dense Wo;
        private readonly Dropout drop;
        private readonly Activation _activation;

        public GatedNetwork(ModernBertConfiguration config) : base(nameof(GatedNetwork))
        {
            Wi = new Dense(config.Encoder.Width, 2 * config.Encoder.Inner, config.HasMlpBias);
            Wo = new Dense(config.Encoder.Inner, config.Encoder.Width, config.HasMlpBias);
            drop = new Dropout(config.MlpDropout);
            _activation = config.Encoder.Activation;
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden)
        {
            using var scope = NewDisposeScope();
            var parts = Wi.call(hidden).chunk(2, -1);
            return Wo.call(drop.call(_activation.Apply(parts[0]).mul_(parts[1]))).MoveToOuterDisposeScope();
        }
    }
}
