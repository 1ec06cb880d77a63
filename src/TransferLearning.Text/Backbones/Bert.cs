namespace TransferLearning.Text;

/// <summary>BERT (Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of deep bidirectional transformers", NAACL 2019).</summary>
internal sealed class Bert : TextNetwork
{
    private readonly BertEmbeddings embeddings;
    private readonly BertEncoder encoder;
    private readonly BertPooler pooler;

    private Bert(EncoderConfiguration config) : base(nameof(Bert), config)
    {
        embeddings = new BertEmbeddings(config);
        encoder = new BertEncoder(config);
        pooler = new BertPooler(config.Width);
        RegisterComponents();
        LayerGroups = [EmbeddingGroup(["embeddings"], input => embeddings.call(input.Values, input.Find(TensorNames.Segments))), .. encoder.Groups(Group)];
    }

    public static TextFamily Family { get; } = new(Prefix: "bert", ["bert"], json => new Bert(Read(json)))
    {
        Classifier = json => new("classifier")
        {
            Pooling = TextPooling.First,
            Dense = "pooler.dense",
            Activation = Activation.Tanh,
            Dropout = json.Dropout("classifier_dropout", Read(json).Dropout),
        },
        TokenClassifier = json => new("classifier") { Dropout = json.Dropout("classifier_dropout", Read(json).Dropout) },
        LanguageModel = json => new("cls.predictions")
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
}
