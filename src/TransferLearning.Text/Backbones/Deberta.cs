using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// DeBERTa v2 and v3 (He, Liu, Gao and Chen, "DeBERTa: Decoding-enhanced BERT with disentangled attention", ICLR 2021;
/// He, Gao and Chen, "DeBERTaV3", ICLR 2023): BERT whose attention also looks at how far apart two tokens are.
/// </summary>
internal sealed class Deberta : TextNetwork
{
    private readonly DebertaEmbeddings embeddings;
    private readonly DebertaEncoder encoder;

    private Deberta(EncoderConfiguration config, TextConfiguration json) : base(nameof(Deberta), config)
    {
        embeddings = new DebertaEmbeddings(config, json.Flag("position_biased_input", true));
        encoder = new DebertaEncoder(config, json);
        RegisterComponents();
        // The table of distances serves all layers, so it belongs to what comes before them.
        LayerGroups =
        [
            EmbeddingGroup(["embeddings", "encoder.rel_embeddings", "encoder.LayerNorm"], embeddings.call),
            Group("layer 1", ["encoder.layer.0", "encoder.conv"], encoder.First),
            .. encoder.layer.Skip(1).Select((layer, i) => Group($"layer {i + 2}", [$"encoder.layer.{i + 1}"], layer.call)),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "deberta", ["deberta-v2"], json => new Deberta(Read(json), json))
    {
        Classifier = json => new("classifier")
        {
            Pooling = TextPooling.First,
            InputDropout = json.Dropout("pooler_dropout", 0),
            Dense = "pooler.dense",
            Activation = Activation.Read(json, "pooler_hidden_act", Activation.Gelu),
            Dropout = json.Dropout("cls_dropout", Read(json).Dropout),
        },
        TokenClassifier = json => new("classifier") { Dropout = Read(json).Dropout },
        LanguageModel = json => json.Flag("legacy", true)
            ? LanguageModel(json, "cls.predictions", "cls.predictions.transform.")
            : LanguageModel(json, "lm_predictions.lm_head", "lm_predictions.lm_head."),
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    private static EncoderConfiguration Read(TextConfiguration json) => EncoderConfiguration.Read(json, new()
    {
        Vocabulary = 128100,
        TokenTypes = 0,
        EmbeddingWidth = json.Count("hidden_size", 1536),
        Width = 1536,
        Layers = 24,
        Heads = 24,
        Inner = 6144,
        NormEpsilon = 1e-7,
    });

    private static HeadLayout LanguageModel(TextConfiguration json, string output, string transform) => new(output)
    {
        IsTied = true,
        Dense = transform + "dense",
        Activation = Read(json).Activation,
        Norm = transform + "LayerNorm",
        NormEpsilon = Read(json).NormEpsilon,
    };

    private sealed class DebertaEmbeddings : Module<TensorSet, Tensor>
    {
        public readonly Embedding word_embeddings;
        private readonly Embedding? position_embeddings;
        private readonly Embedding? token_type_embeddings;
        private readonly Dense? embed_proj;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout;

        public DebertaEmbeddings(EncoderConfiguration config, bool hasPositions) : base(nameof(DebertaEmbeddings))
        {
            var width = config.EmbeddingWidth!.Value;
            word_embeddings = new Embedding(config.Vocabulary, width);
            position_embeddings = hasPositions ? new Embedding(config.Positions, width) : null;
            token_type_embeddings = config.TokenTypes > 0 ? new Embedding(config.TokenTypes, width) : null;
            embed_proj = width == config.Width ? null : new Dense(width, config.Width, hasBias: false);
            LayerNorm = nn.LayerNorm(config.Width, config.NormEpsilon);
            dropout = new Dropout(config.Dropout);
            RegisterComponents();
        }

        public override Tensor forward(TensorSet input)
        {
            using var scope = NewDisposeScope();
            var sum = word_embeddings.call(input.Values);
            if (position_embeddings is { } positions) sum.add_(positions.Weight.narrow(0, 0, sum.size(1)));
            if (token_type_embeddings is { } types) sum.add_(input.Find(TensorNames.Segments) is { } segments ? types.call(segments) : types.Weight[0]);
            var normed = LayerNorm.call(embed_proj?.call(sum) ?? sum);
            if (input.Mask is { } mask) normed = normed * mask.unsqueeze(-1);
            return dropout.call(normed).MoveToOuterDisposeScope();
        }
    }

    private sealed class DebertaEncoder : Module
    {
        public readonly ModuleList<BertLayer> layer;
        private readonly Embedding? rel_embeddings;
        private readonly LayerNorm? LayerNorm;
        private readonly DebertaConvolution? conv;
        private readonly PerLength _rows;

        public DebertaEncoder(EncoderConfiguration config, TextConfiguration json) : base(nameof(DebertaEncoder))
        {
            var positions = RelativePositions.Read(json, config.Positions);
            _rows = new PerLength(positions.Rows);
            layer = new ModuleList<BertLayer>([.. Enumerable.Range(0, config.Layers)
                .Select(_ => new BertLayer(config, new DisentangledAttention(config, json, _rows.Of, RelativeEmbeddings)))]);
            if (json.Flag("relative_attention", false))
            {
                rel_embeddings = new Embedding(2 * positions.Span, config.Width);
                if (json.Text("norm_rel_ebd", "none").Split('|', StringSplitOptions.TrimEntries).Contains("layer_norm", StringComparer.OrdinalIgnoreCase))
                    LayerNorm = nn.LayerNorm(config.Width, config.NormEpsilon);
            }
            conv = json.Integer("conv_kernel_size", 0) > 0 ? new DebertaConvolution(config, json) : null;
            RegisterComponents();
        }

        public Tensor First(Tensor hidden, Tensor? mask)
        {
            var output = layer[0].call(hidden, mask);
            if (conv is null) return output;
            using (output) return conv.call(hidden, output, mask);
        }

        /// <summary>One row for each distance, <c>[2 span, D]</c>; belongs to the current dispose scope.</summary>
        private Tensor RelativeEmbeddings() => LayerNorm?.call(rel_embeddings!.Weight) ?? rel_embeddings!.Weight.alias();
    }
}
