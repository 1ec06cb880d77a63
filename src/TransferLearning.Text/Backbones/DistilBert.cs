using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>DistilBERT (Sanh, Debut, Chaumond and Wolf, "DistilBERT, a distilled version of BERT", 2019): BERT without segments and pooler, with names of its own.</summary>
internal sealed class DistilBert : TextNetwork
{
    private readonly BertEmbeddings embeddings;
    private readonly Transformer transformer;

    private DistilBert(EncoderConfiguration config) : base(nameof(DistilBert), config)
    {
        embeddings = new BertEmbeddings(config);
        transformer = new Transformer(config);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings"], input => embeddings.call(input.Values, null)),
            .. transformer.layer.Select((layer, i) => Group($"layer {i + 1}", [$"transformer.layer.{i}"], layer.call)),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "distilbert", ["distilbert"], json => new DistilBert(Read(json)))
    {
        Classifier = json => new("classifier")
        {
            Pooling = TextPooling.First,
            Dense = "pre_classifier",
            Activation = Activation.Relu,
            Dropout = json.Dropout("seq_classif_dropout", 0.2),
        },
        TokenClassifier = json => new("classifier") { Dropout = Read(json).Dropout },
        LanguageModel = json => new("vocab_projector")
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
        Activation = Activation.Read(json, "activation", Activation.Gelu),
    }.Checked(json, "dim", "n_heads");

    private sealed class Transformer : Module
    {
        public readonly ModuleList<Layer> layer;

        public Transformer(EncoderConfiguration config) : base(nameof(Transformer))
        {
            layer = new ModuleList<Layer>([.. Enumerable.Range(0, config.Layers).Select(_ => new Layer(config))]);
            RegisterComponents();
        }
    }

    private sealed class Layer : Module<Tensor, Tensor?, Tensor>
    {
        private readonly SelfAttention attention;
        private readonly LayerNorm sa_layer_norm;
        private readonly FeedForward ffn;
        private readonly LayerNorm output_layer_norm;

        public Layer(EncoderConfiguration config) : base(nameof(Layer))
        {
            attention = new SelfAttention(config);
            sa_layer_norm = LayerNorm(config.Width, config.NormEpsilon);
            ffn = new FeedForward(config);
            output_layer_norm = LayerNorm(config.Width, config.NormEpsilon);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            using var scope = NewDisposeScope();
            var attended = sa_layer_norm.call(attention.call(hidden, mask).add_(hidden));
            return output_layer_norm.call(ffn.call(attended).add_(attended)).MoveToOuterDisposeScope();
        }
    }

    private sealed class SelfAttention : Module<Tensor, Tensor?, Tensor>
    {
        private readonly Dense q_lin;
        private readonly Dense k_lin;
        private readonly Dense v_lin;
        private readonly Dense out_lin;
        private readonly int _heads;
        private readonly double _dropout;

        public SelfAttention(EncoderConfiguration config) : base(nameof(SelfAttention))
        {
            q_lin = new Dense(config.Width, config.Width);
            k_lin = new Dense(config.Width, config.Width);
            v_lin = new Dense(config.Width, config.Width);
            out_lin = new Dense(config.Width, config.Width);
            (_heads, _dropout) = (config.Heads, config.AttentionDropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            using var scope = NewDisposeScope();
            var mixed = Attention.Scaled(q_lin.call(hidden), k_lin.call(hidden), v_lin.call(hidden), _heads, Attention.Visible(mask), training ? _dropout : 0);
            return out_lin.call(mixed).MoveToOuterDisposeScope();
        }
    }

    private sealed class FeedForward : Module<Tensor, Tensor>
    {
        private readonly Dense lin1;
        private readonly Dense lin2;
        private readonly Dropout dropout;
        private readonly Activation _activation;

        public FeedForward(EncoderConfiguration config) : base(nameof(FeedForward))
        {
            lin1 = new Dense(config.Width, config.Inner);
            lin2 = new Dense(config.Inner, config.Width);
            dropout = new Dropout(config.Dropout);
            _activation = config.Activation;
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden)
        {
            using var scope = NewDisposeScope();
            return dropout.call(lin2.call(_activation.Apply(lin1.call(hidden)))).MoveToOuterDisposeScope();
        }
    }
}
