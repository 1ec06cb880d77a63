using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// ELECTRA (Clark, Luong, Le and Manning, "ELECTRA: Pre-training text encoders as discriminators rather than generators", ICLR 2020):
/// BERT with embeddings that may be narrower than its layers.
/// </summary>
internal sealed class Electra : TextNetwork
{
    private readonly BertEmbeddings embeddings;
    private readonly Dense? embeddings_project;
    private readonly BertEncoder encoder;

    private Electra(EncoderConfiguration config) : base(nameof(Electra), config)
    {
        embeddings = new BertEmbeddings(config);
        embeddings_project = config.EmbeddingWidth == config.Width ? null : new Dense(config.EmbeddingWidth!.Value, config.Width);
        encoder = new BertEncoder(config);
        RegisterComponents();
        LayerGroups = [EmbeddingGroup(["embeddings", "embeddings_project"], Embed), .. encoder.Groups(Group)];
    }

    public static TextFamily Family { get; } = new(Prefix: "electra", ["electra"], json => new Electra(Read(json)))
    {
        Classifier = json => new("classifier.out_proj")
        {
            Pooling = TextPooling.First,
            InputDropout = json.Dropout("classifier_dropout", Read(json).Dropout),
            Dense = "classifier.dense",
            Activation = Activation.Gelu,
            Dropout = json.Dropout("classifier_dropout", Read(json).Dropout),
        },
        TokenClassifier = json => new("classifier") { Dropout = json.Dropout("classifier_dropout", Read(json).Dropout) },
        LanguageModel = json => new("generator_lm_head")
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

    private Tensor Embed(TensorSet input)
    {
        var embedded = embeddings.call(input.Values, input.Find(TensorNames.Segments));
        if (embeddings_project is null) return embedded;
        using (embedded) return embeddings_project.call(embedded);
    }
}
