using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Text;

/// <summary>
/// DistilBERT (Sanh, Debut, Chaumond and Wolf, "DistilBERT, a distilled version of BERT", 2019): BERT without segments and pooler, with
/// names of its own.
/// </summary>
internal sealed class DistilBert : TextNetwork
{
    private readonly Bert.Embeddings embeddings;
    private readonly Transformer transformer;

    private DistilBert(EncoderConfiguration config) : base(config)
    {
        embeddings = new Bert.Embeddings(config);
        transformer = new Transformer(config);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings"], (ids, _, _) => embeddings.call(ids, null)),
            .. transformer.layer.Select((layer, i) => Stage.OfSequences($"layer {i + 1}", [$"transformer.layer.{i}"], layer.call)),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "distilbert", ["distilbert"], json => new DistilBert(Read(json)))
    {
        Published = [new("distilbert-base-uncased", "distilbert/distilbert-base-uncased", """{"model_type": "distilbert"}""") { Licence = "Apache-2.0" }],
        ClassifierHead = json => new("classifier")
        {
            Pooling = TextPooling.First,
            Dense = "pre_classifier",
            Activation = Activation.Relu,
            Dropout = json.Dropout("seq_classif_dropout", 0.2),
        },
        TokenClassifierHead = json => new("classifier") { Dropout = Read(json).Dropout },
        LanguageModelHead = json => new("vocab_projector")
        {
            IsTied = true,
            Dense = "vocab_transform",
            Activation = Read(json).Activation,
            Norm = "vocab_layer_norm",
            NormEpsilon = Read(json).NormEpsilon,
        },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    private static EncoderConfiguration Read(TextConfiguration json) => new EncoderConfiguration
    {
        Vocabulary = json.Count("vocab_size", 30522),
        Positions = json.Count("max_position_embeddings", 512),
        TokenTypes = 0,
        Width = json.Count("dim", 768),
        Layers = json.Count("n_layers", 6),
        Heads = json.Count("n_heads", 12),
        Inner = json.Count("hidden_dim", 3072),
        Dropout = json.Dropout("dropout", 0.1),
        AttentionDropout = json.Dropout("attention_dropout", 0.1),
        InitializerRange = json.Number("initializer_range", 0.02),
        Padding = json.Integer("pad_token_id", 0),
        Activation = json.Activation("activation", Activation.Gelu),
    }.Checked(json, "dim", "n_heads");

    private sealed class Transformer : nn.Module
    {
        public readonly ModuleList<Layer> layer;

        public Transformer(EncoderConfiguration config) : base(nameof(Transformer))
        {
            layer = new ModuleList<Layer>(Enumerable.Range(0, config.Layers).Select(_ => new Layer(config)));
            RegisterComponents();
        }
    }

    private sealed class Layer : Block<Tensor?>
    {
        private readonly SelfAttention attention;
        private readonly LayerNorm sa_layer_norm;
        private readonly FeedForward ffn;
        private readonly LayerNorm output_layer_norm;

        public Layer(EncoderConfiguration config)
        {
            attention = new SelfAttention(config);
            sa_layer_norm = new LayerNorm(config.Width, config.NormEpsilon);
            ffn = new FeedForward(config);
            output_layer_norm = new LayerNorm(config.Width, config.NormEpsilon);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask)
        {
            var attended = sa_layer_norm.call(InPlace.Add(attention.call(hidden, mask), hidden));
            return output_layer_norm.call(InPlace.Add(ffn.call(attended), attended));
        }
    }

    private sealed class SelfAttention : Block<Tensor?>
    {
        private readonly Linear q_lin, k_lin, v_lin, out_lin;
        private readonly Dropout dropout;
        private readonly int _heads;

        public SelfAttention(EncoderConfiguration config)
        {
            q_lin = new Linear(config.Width, config.Width);
            k_lin = new Linear(config.Width, config.Width);
            v_lin = new Linear(config.Width, config.Width);
            out_lin = new Linear(config.Width, config.Width);
            dropout = new Dropout(config.AttentionDropout);
            _heads = config.Heads;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask) =>
            out_lin.call(
                Attention.Scaled(q_lin.call(hidden), k_lin.call(hidden), v_lin.call(hidden), _heads, Attention.Visible(mask), dropout));
    }

    private sealed class FeedForward : Block
    {
        private readonly Linear lin1, lin2;
        private readonly Dropout dropout;
        private readonly Activation _activation;

        public FeedForward(EncoderConfiguration config)
        {
            lin1 = new Linear(config.Width, config.Inner);
            lin2 = new Linear(config.Inner, config.Width);
            dropout = new Dropout(config.Dropout);
            _activation = config.Activation;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden) => Dropout(lin2.call(lin1.Call(hidden, _activation)), dropout);
    }
}
