using TransferLearning.Networks;

namespace TransferLearning.Text;

/// <summary>
/// ELECTRA (Clark, Luong, Le and Manning, "ELECTRA: Pre-training text encoders as discriminators rather than generators", ICLR 2020):
/// BERT with embeddings that may be narrower than its layers.
/// </summary>
internal sealed class Electra : TextNetwork
{
    private readonly Bert.Embeddings embeddings;
    private readonly Linear? embeddings_project;
    private readonly Bert.Encoder encoder;

    private Electra(EncoderConfiguration config) : base(config)
    {
        embeddings = new Bert.Embeddings(config);
        embeddings_project = config.EmbeddingWidth == config.Width ? null : new Linear(config.EmbeddingWidth!.Value, config.Width);
        encoder = new Bert.Encoder(config);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings", "embeddings_project"], (ids, _, segments) =>
            {
                var embedded = embeddings.call(ids, segments);
                return embeddings_project?.call(embedded) ?? embedded;
            }),
            .. encoder.LayerGroups,
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "electra", ["electra"], json => new Electra(Read(json)))
    {
        Published =
        [
            new("electra-small-discriminator", "google/electra-small-discriminator", """{"model_type": "electra"}""")
                { File = KnownText.Pytorch, Licence = "Apache-2.0" },
        ],
        ClassifierHead = json => new("classifier.out_proj")
        {
            Pooling = TextPooling.First,
            InputDropout = json.Dropout("classifier_dropout", Read(json).Dropout),
            Dense = "classifier.dense",
            Activation = Activation.Gelu,
            Dropout = json.Dropout("classifier_dropout", Read(json).Dropout),
        },
        TokenClassifierHead = json => new("classifier") { Dropout = json.Dropout("classifier_dropout", Read(json).Dropout) },
        LanguageModelHead = json => new("generator_lm_head")
        {
            IsTied = true,
            Dense = "generator_predictions.dense",
            Activation = Activation.Gelu,
            Norm = "generator_predictions.LayerNorm",
            NormEpsilon = Read(json).NormEpsilon,
        },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    private static EncoderConfiguration Read(TextConfiguration json) =>
        EncoderConfiguration.Read(json, new() { EmbeddingWidth = 128, Width = 256, Heads = 4, Inner = 1024 });
}
