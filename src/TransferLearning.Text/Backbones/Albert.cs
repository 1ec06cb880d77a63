using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Text;

/// <summary>
/// ALBERT (Lan et al., "ALBERT: A lite BERT for self-supervised learning of language representations", ICLR 2020): BERT with
/// narrow embeddings, and layers that share their weights. So all layers are one layer group.
/// </summary>
internal sealed class Albert : TextNetwork
{
    private readonly Bert.Embeddings embeddings;
    private readonly Encoder encoder;
    private readonly Linear pooler;

    private Albert(EncoderConfiguration config, int groups, int layersInGroup) : base(config)
    {
        embeddings = new Bert.Embeddings(config);
        encoder = new Encoder(config, groups, layersInGroup);
        pooler = new Linear(config.Width, config.Width);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings", "encoder.embedding_hidden_mapping_in"],
                (ids, _, segments) => encoder.embedding_hidden_mapping_in.call(embeddings.call(ids, segments))),
            Stage.OfSequences("layers", ["encoder.albert_layer_groups"], encoder.call),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "albert", ["albert"], Build)
    {
        Published =
        [
            new("albert-base-v2", "albert/albert-base-v2",
                """{"model_type": "albert", "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072}""") { Licence = "Apache-2.0" },
        ],
        ClassifierHead = json => new("classifier")
        {
            Pooling = TextPooling.First,
            Dense = "pooler",
            Activation = Activation.Tanh,
            Dropout = json.Dropout("classifier_dropout_prob", 0.1),
        },
        TokenClassifierHead = json => new("classifier") { Dropout = json.Dropout("classifier_dropout_prob", Read(json).Dropout) },
        LanguageModelHead = json => new("predictions")
        {
            IsTied = true,
            Dense = "predictions.dense",
            Activation = Read(json).Activation,
            Norm = "predictions.LayerNorm",
            NormEpsilon = Read(json).NormEpsilon,
        },
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    private static Albert Build(TextConfiguration json)
    {
        var config = Read(json);
        var (groups, layersInGroup) = (json.Count("num_hidden_groups", 1), json.Count("inner_group_num", 1));
        return groups <= config.Layers && layersInGroup <= config.Layers
            ? new Albert(config, groups, layersInGroup)
            : throw new InvalidDataException(
                $"'{json.Source}' has num_hidden_groups = {groups} and inner_group_num = {layersInGroup}, more than num_hidden_layers "
                + $"= {config.Layers}.");
    }

    private static EncoderConfiguration Read(TextConfiguration json) => EncoderConfiguration.Read(json, new()
    {
        Vocabulary = 30000,
        EmbeddingWidth = 128,
        SharesLayers = true,
        Width = 4096,
        Heads = 64,
        Inner = 16384,
        Dropout = 0,
        AttentionDropout = 0,
        Activation = Activation.GeluByTanh,
    });

    private sealed class Encoder : Block<Tensor?>
    {
        public readonly Linear embedding_hidden_mapping_in;
        private readonly ModuleList<SharedLayers> albert_layer_groups;
        private readonly int _uses;

        public Encoder(EncoderConfiguration config, int groups, int layersInGroup)
        {
            embedding_hidden_mapping_in = new Linear(config.EmbeddingWidth!.Value, config.Width);
            albert_layer_groups = new ModuleList<SharedLayers>(
                Enumerable.Range(0, groups).Select(_ => new SharedLayers(config, layersInGroup)));
            _uses = config.Layers;
            RegisterComponents();
        }

        /// <summary>Consecutive layers use the same group; every use runs all of the group's layers.</summary>
        protected override Tensor Compute(Tensor hidden, Tensor? mask) => Sequential.Run(
            Enumerable.Range(0, _uses).SelectMany(i => albert_layer_groups[i * albert_layer_groups.Count / _uses].albert_layers), hidden, mask);
    }

    /// <summary>Layers that share nothing with each other, but with the same layer of every later use of the group.</summary>
    private sealed class SharedLayers : nn.Module
    {
        public readonly ModuleList<Layer> albert_layers;

        public SharedLayers(EncoderConfiguration config, int layers) : base(nameof(SharedLayers))
        {
            albert_layers = new ModuleList<Layer>(Enumerable.Range(0, layers).Select(_ => new Layer(config)));
            RegisterComponents();
        }
    }

    private sealed class Layer : Block<Tensor?>
    {
        private readonly LayerNorm full_layer_layer_norm;
        private readonly SelfAttention attention;
        private readonly Linear ffn, ffn_output;
        private readonly Activation _activation;

        public Layer(EncoderConfiguration config)
        {
            full_layer_layer_norm = new LayerNorm(config.Width, config.NormEpsilon);
            attention = new SelfAttention(config);
            ffn = new Linear(config.Width, config.Inner);
            ffn_output = new Linear(config.Inner, config.Width);
            _activation = config.Activation;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask)
        {
            var attended = attention.call(hidden, mask);
            return full_layer_layer_norm.call(ffn_output.Call(ffn.Call(attended, _activation), residual: attended));
        }
    }

    private sealed class SelfAttention : Block<Tensor?>
    {
        private readonly Linear query, key, value, dense;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout attention_dropout, output_dropout;
        private readonly int _heads;

        public SelfAttention(EncoderConfiguration config)
        {
            query = new Linear(config.Width, config.Width);
            key = new Linear(config.Width, config.Width);
            value = new Linear(config.Width, config.Width);
            dense = new Linear(config.Width, config.Width);
            LayerNorm = new LayerNorm(config.Width, config.NormEpsilon);
            attention_dropout = new Dropout(config.AttentionDropout);
            output_dropout = new Dropout(config.Dropout);
            _heads = config.Heads;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask)
        {
            var mixed = Attention.Scaled(
                query.call(hidden), key.call(hidden), value.call(hidden), _heads, Attention.Visible(mask), attention_dropout);
            return LayerNorm.call(InPlace.Add(Dropout(dense.call(mixed), output_dropout), hidden));
        }
    }
}
