using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Text;

/// <summary>
/// RoBERTa (Liu et al., "RoBERTa: A robustly optimized BERT pretraining approach", 2019) and its kin, XLM-R
/// (Conneau et al., ACL 2020) among them: BERT with positions that are counted over the real tokens only.
/// </summary>
internal sealed class Roberta : TextNetwork
{
    private readonly Embeddings embeddings;
    private readonly Bert.Encoder encoder;
    private readonly Bert.Pooler pooler;
    private readonly EncoderConfiguration _config;

    private Roberta(EncoderConfiguration config) : base(config)
    {
        _config = config;
        embeddings = new Embeddings(config);
        encoder = new Bert.Encoder(config);
        pooler = new Bert.Pooler(config.Width);
        RegisterComponents();
        LayerGroups = [EmbeddingGroup(["embeddings"], (ids, _, segments) => embeddings.call(ids, segments)), .. encoder.LayerGroups];
    }

    public static TextFamily Family { get; } = new(
        Prefix: "roberta", ["roberta", "xlm-roberta", "camembert"], json => new Roberta(Read(json)))
    {
        Published =
        [
            new("roberta-base", "FacebookAI/roberta-base",
                """{"model_type": "roberta", "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5}""") { Licence = "MIT" },
        ],
        ClassifierHead = json => new("classifier.out_proj")
        {
            Pooling = TextPooling.First,
            InputDropout = json.Dropout("classifier_dropout", Read(json).Dropout),
            Dense = "classifier.dense",
            Activation = Activation.Tanh,
            Dropout = json.Dropout("classifier_dropout", Read(json).Dropout),
        },
        TokenClassifierHead = json => new("classifier") { Dropout = json.Dropout("classifier_dropout", Read(json).Dropout) },
        LanguageModelHead = json => new("lm_head")
        {
            IsTied = true,
            Dense = "lm_head.dense",
            Activation = Activation.Gelu,
            Norm = "lm_head.layer_norm",
            NormEpsilon = Read(json).NormEpsilon,
        },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    /// <summary>The table has rows for padding, and for the tokens before it in the vocabulary, that no text uses.</summary>
    public override int MaxLength => _config.Positions - Embeddings.FirstPosition(_config);

    private static EncoderConfiguration Read(TextConfiguration json) =>
        EncoderConfiguration.Read(json, new() { Vocabulary = 50265, Padding = 1 });

    private sealed class Embeddings : Block<Tensor?>
    {
        public readonly Embedding word_embeddings;
        private readonly Embedding? token_type_embeddings;
        private readonly LayerNorm LayerNorm;
        private readonly Embedding position_embeddings;
        private readonly Dropout dropout;
        private readonly int _padding;

        public Embeddings(EncoderConfiguration config)
        {
            _padding = config.Padding ?? 1;
            word_embeddings = new Embedding(config.Vocabulary, config.Width);
            token_type_embeddings = config.TokenTypes > 0 ? new Embedding(config.TokenTypes, config.Width) : null;
            LayerNorm = new LayerNorm(config.Width, config.NormEpsilon);
            position_embeddings = new Embedding(config.Positions, config.Width);
            dropout = new Dropout(config.Dropout);
            RegisterComponents();
        }

        public static int FirstPosition(EncoderConfiguration config) => (config.Padding ?? 1) + 1;

        protected override Tensor Compute(Tensor ids, Tensor? segments)
        {
            var isReal = Cast(LogicalNot(EqualTo(ids, _padding)), ScalarType.Int64);
            var positions = Shift(Multiply(CumulativeSum(isReal, 1), isReal), _padding);
            var sum = word_embeddings.call(ids);
            if (token_type_embeddings is { } types) InPlace.Add(sum, segments is null ? Select(types.Weight, 0, 0) : types.call(segments));
            return Dropout(LayerNorm.call(InPlace.Add(sum, position_embeddings.call(positions))), dropout);
        }
    }
}
