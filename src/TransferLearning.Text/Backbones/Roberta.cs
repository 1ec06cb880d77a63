using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// RoBERTa (Liu et al., "RoBERTa: A robustly optimized BERT pretraining approach", 2019) and its kin, XLM-R
/// (Conneau et al., ACL 2020) among them: BERT with positions that are counted over the real tokens only.
/// </summary>
internal sealed class Roberta : TextNetwork
{
    private readonly RobertaEmbeddings embeddings;
    private readonly BertEncoder encoder;
    private readonly BertPooler pooler;
    private readonly EncoderConfiguration _config;

    private Roberta(EncoderConfiguration config) : base(nameof(Roberta), config)
    {
        _config = config;
        embeddings = new RobertaEmbeddings(config);
        encoder = new BertEncoder(config);
        pooler = new BertPooler(config.Width);
        RegisterComponents();
        LayerGroups = [EmbeddingGroup(["embeddings"], input => embeddings.call(input.Values, input.Find(TensorNames.Segments))), .. encoder.Groups(Group)];
    }

    public static TextFamily Family { get; } = new(Prefix: "roberta", ["roberta", "xlm-roberta", "camembert"], json => new Roberta(Read(json)))
    {
        Classifier = json => new("classifier.out_proj")
        {
            Pooling = TextPooling.First,
            InputDropout = json.Dropout("classifier_dropout", Read(json).Dropout),
            Dense = "classifier.dense",
            Activation = Activation.Tanh,
            Dropout = json.Dropout("classifier_dropout", Read(json).Dropout),
        },
        TokenClassifier = json => new("classifier") { Dropout = json.Dropout("classifier_dropout", Read(json).Dropout) },
        LanguageModel = json => new("lm_head")
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
    public override int MaxLength => _config.Positions - RobertaEmbeddings.FirstPosition(_config);

    private static EncoderConfiguration Read(TextConfiguration json) =>
        EncoderConfiguration.Read(json, new() { Vocabulary = 50265, Padding = 1 });

    private sealed class RobertaEmbeddings : Module<Tensor, Tensor?, Tensor>
    {
        public readonly Embedding word_embeddings;
        private readonly Embedding? token_type_embeddings;
        private readonly LayerNorm LayerNorm;
        private readonly Embedding position_embeddings;
        private readonly Dropout dropout;
        private readonly int _padding;

        public RobertaEmbeddings(EncoderConfiguration config) : base(nameof(RobertaEmbeddings))
        {
            _padding = config.Padding ?? 1;
            word_embeddings = new Embedding(config.Vocabulary, config.Width);
            token_type_embeddings = config.TokenTypes > 0 ? new Embedding(config.TokenTypes, config.Width) : null;
            LayerNorm = nn.LayerNorm(config.Width, config.NormEpsilon);
            position_embeddings = new Embedding(config.Positions, config.Width);
            dropout = new Dropout(config.Dropout);
            RegisterComponents();
        }

        public static int FirstPosition(EncoderConfiguration config) => (config.Padding ?? 1) + 1;

        public override Tensor forward(Tensor ids, Tensor? segments)
        {
            using var scope = NewDisposeScope();
            var isReal = ids.ne(_padding).to_type(ScalarType.Int64);
            var positions = isReal.cumsum(1).mul_(isReal).add_(_padding);
            var sum = word_embeddings.call(ids);
            if (token_type_embeddings is { } types) sum.add_(segments is null ? types.Weight[0] : types.call(segments));
            return dropout.call(LayerNorm.call(sum.add_(position_embeddings.call(positions)))).MoveToOuterDisposeScope();
        }
    }
}
