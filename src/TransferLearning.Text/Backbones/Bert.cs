using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Text;

/// <summary>
/// BERT (Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of deep bidirectional transformers", NAACL 2019). Other families are built
/// of its parts.
/// </summary>
internal sealed class Bert : TextNetwork
{
    private readonly Embeddings embeddings;
    private readonly Encoder encoder;
    private readonly Pooler pooler;

    private Bert(EncoderConfiguration config) : base(config)
    {
        embeddings = new Embeddings(config);
        encoder = new Encoder(config);
        pooler = new Pooler(config.Width);
        RegisterComponents();
        LayerGroups = [EmbeddingGroup(["embeddings"], (ids, _, segments) => embeddings.call(ids, segments)), .. encoder.LayerGroups];
    }

    public static TextFamily Family { get; } = new(Prefix: "bert", ["bert"], json => new Bert(Read(json)))
    {
        Published =
        [
            new("all_minilm_l6_v2", "sentence-transformers/all-MiniLM-L6-v2",
                """{"model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6, "intermediate_size": 1536}""")
                { Package = "TransferLearning.Weights.MiniLM", Licence = "Apache-2.0" },
            new("bert-base-uncased", "google-bert/bert-base-uncased", """{"model_type": "bert"}""") { Licence = "Apache-2.0" },
        ],
        ClassifierHead = json => new("classifier")
        {
            Pooling = TextPooling.First,
            Dense = "pooler.dense",
            Activation = Activation.Tanh,
            Dropout = json.Dropout("classifier_dropout", Read(json).Dropout),
        },
        TokenClassifierHead = json => new("classifier") { Dropout = json.Dropout("classifier_dropout", Read(json).Dropout) },
        LanguageModelHead = json => new("cls.predictions")
        {
            IsTied = true,
            Dense = "cls.predictions.transform.dense",
            Activation = Read(json).Activation,
            Norm = "cls.predictions.transform.LayerNorm",
            NormEpsilon = Read(json).NormEpsilon,
        },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    private static EncoderConfiguration Read(TextConfiguration json) => EncoderConfiguration.Read(json, new());

    /// <summary>
    /// Words, positions counted from the first column, and segments, added and normalised: <c>[N, T]</c> in, <c>[N, T, D]</c> out.
    /// </summary>
    public sealed class Embeddings : Block<Tensor?>
    {
        public readonly Embedding word_embeddings;
        private readonly Embedding position_embeddings;
        private readonly Embedding? token_type_embeddings;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout;

        public Embeddings(EncoderConfiguration config)
        {
            var width = config.EmbeddingWidth ?? config.Width;
            word_embeddings = new Embedding(config.Vocabulary, width);
            position_embeddings = new Embedding(config.Positions, width);
            token_type_embeddings = config.TokenTypes > 0 ? new Embedding(config.TokenTypes, width) : null;
            LayerNorm = new LayerNorm(width, config.NormEpsilon);
            dropout = new Dropout(config.Dropout);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor ids, Tensor? segments)
        {
            var sum = InPlace.Add(word_embeddings.call(ids), Narrow(position_embeddings.Weight, 0, 0, ids.size(1)));
            if (token_type_embeddings is { } types) InPlace.Add(sum, segments is null ? Select(types.Weight, 0, 0) : types.call(segments));
            return Dropout(LayerNorm.call(sum), dropout);
        }
    }

    /// <summary>The layers under BERT's names.</summary>
    public sealed class Encoder : nn.Module
    {
        private readonly ModuleList<Layer> layer;

        public Encoder(EncoderConfiguration config) : base(nameof(Encoder))
        {
            layer = new ModuleList<Layer>(Enumerable.Range(0, config.Layers).Select(_ => new Layer(config)));
            RegisterComponents();
        }

        /// <summary>A layer group of each layer.</summary>
        public IEnumerable<LayerGroup> LayerGroups =>
            layer.Select((one, i) => Stage.OfSequences($"layer {i + 1}", [$"encoder.layer.{i}"], one.call));
    }

    /// <summary>
    /// A transformer layer: attention, then a feed-forward network, each added to its input and normalised.
    /// Hidden states <c>[N, T, D]</c> and a mask <c>[N, T]</c> in, hidden states out.
    /// </summary>
    public sealed class Layer : Block<Tensor?>
    {
        private readonly ResidualAttention attention;
        private readonly Intermediate intermediate;
        private readonly Residual output;

        /// <summary>A layer with another attention than BERT's own, where one is given.</summary>
        public Layer(EncoderConfiguration config, Block<Tensor?>? self = null)
        {
            attention = new ResidualAttention(self ?? new SelfAttention(config), config);
            intermediate = new Intermediate(config);
            output = new Residual(config.Inner, config);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask)
        {
            var attended = attention.call(hidden, mask);
            return output.call(intermediate.call(attended), attended);
        }
    }

    /// <summary>
    /// The layer above the first token that BERT was pretrained with. The network only keeps it: a classification head starts from it.
    /// </summary>
    public sealed class Pooler : nn.Module
    {
        private readonly Linear dense;

        public Pooler(int width) : base(nameof(Pooler))
        {
            dense = new Linear(width, width);
            RegisterComponents();
        }
    }

    private sealed class ResidualAttention : Block<Tensor?>
    {
        private readonly Block<Tensor?> self;
        private readonly Residual output;

        public ResidualAttention(Block<Tensor?> self, EncoderConfiguration config)
        {
            this.self = self;
            output = new Residual(config.Width, config);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask) => output.call(self.call(hidden, mask), hidden);
    }

    private sealed class SelfAttention : Block<Tensor?>
    {
        private readonly Linear query, key, value;
        private readonly Dropout dropout;
        private readonly int _heads;

        public SelfAttention(EncoderConfiguration config)
        {
            query = new Linear(config.Width, config.Width);
            key = new Linear(config.Width, config.Width);
            value = new Linear(config.Width, config.Width);
            dropout = new Dropout(config.AttentionDropout);
            _heads = config.Heads;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask) =>
            Attention.Scaled(query.call(hidden), key.call(hidden), value.call(hidden), _heads, Attention.Visible(mask), dropout);
    }

    private sealed class Intermediate : Block
    {
        private readonly Linear dense;
        private readonly Activation _activation;

        public Intermediate(EncoderConfiguration config)
        {
            dense = new Linear(config.Width, config.Inner);
            _activation = config.Activation;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden) => dense.Call(hidden, _activation);
    }

    /// <summary>A linear layer whose output is added to what came in before, and normalised.</summary>
    private sealed class Residual : Block<Tensor>
    {
        private readonly Linear dense;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout;

        public Residual(int inputs, EncoderConfiguration config)
        {
            dense = new Linear(inputs, config.Width);
            LayerNorm = new LayerNorm(config.Width, config.NormEpsilon);
            dropout = new Dropout(config.Dropout);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor change, Tensor before) =>
            LayerNorm.call(InPlace.Add(Dropout(dense.call(change), dropout), before));
    }
}
