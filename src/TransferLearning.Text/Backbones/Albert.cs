using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// ALBERT (Lan et al., "ALBERT: A lite BERT for self-supervised learning of language representations", ICLR 2020): BERT with
/// narrow embeddings, and layers that share their weights. So all layers are one layer group.
/// </summary>
internal sealed class Albert : TextNetwork
{
    private readonly BertEmbeddings embeddings;
    private readonly Encoder encoder;
    private readonly Dense pooler;

    private Albert(EncoderConfiguration config, int groups, int layersInGroup) : base(nameof(Albert), config)
    {
        embeddings = new BertEmbeddings(config);
        encoder = new Encoder(config, groups, layersInGroup);
        pooler = new Dense(config.Width, config.Width);
        RegisterComponents();
        LayerGroups =
        [
            EmbeddingGroup(["embeddings", "encoder.embedding_hidden_mapping_in"], Embed),
            Group("layers", ["encoder.albert_layer_groups"], encoder.call),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "albert", ["albert"], Build)
    {
        Classifier = json => new("classifier")
        {
            Pooling = TextPooling.First,
            Dense = "pooler",
            Activation = Activation.Tanh,
            Dropout = json.Dropout("classifier_dropout_prob", 0.1),
        },
        TokenClassifier = json => new("classifier") { Dropout = json.Dropout("classifier_dropout_prob", Read(json).Dropout) },
        LanguageModel = json => new("predictions")
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
            : throw new InvalidDataException($"'{json.Source}' has num_hidden_groups = {groups} and inner_group_num = {layersInGroup}, more than num_hidden_layers = {config.Layers}.");
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

    private Tensor Embed(TensorSet input)
    {
        using var embedded = embeddings.call(input.Values, input.Find(TensorNames.Segments));
        return encoder.embedding_hidden_mapping_in.call(embedded);
    }

    private sealed class Encoder : Module<Tensor, Tensor?, Tensor>
    {
        public readonly Dense embedding_hidden_mapping_in;
        private readonly ModuleList<LayerGroup> albert_layer_groups;
        private readonly int _layers;

        public Encoder(EncoderConfiguration config, int groups, int layersInGroup) : base(nameof(Encoder))
        {
            embedding_hidden_mapping_in = new Dense(config.EmbeddingWidth!.Value, config.Width);
            albert_layer_groups = new ModuleList<LayerGroup>([.. Enumerable.Range(0, groups).Select(_ => new LayerGroup(config, layersInGroup))]);
            _layers = config.Layers;
            RegisterComponents();
        }

        /// <summary>Consecutive layers use the same group; every use runs all of the group's layers.</summary>
        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            var x = hidden.alias();
            for (var i = 0; i < _layers; i++)
                foreach (var layer in albert_layer_groups[i * albert_layer_groups.Count / _layers].albert_layers)
                {
                    using var before = x;
                    x = layer.call(before, mask);
                }
            return x;
        }

        /// <summary>Layers that share nothing with each other, but with the same layer of every later use of the group.</summary>
        private sealed class LayerGroup : Module
        {
            public readonly ModuleList<Layer> albert_layers;

            public LayerGroup(EncoderConfiguration config, int layers) : base(nameof(LayerGroup))
            {
                albert_layers = new ModuleList<Layer>([.. Enumerable.Range(0, layers).Select(_ => new Layer(config))]);
                RegisterComponents();
            }
        }
    }

    private sealed class Layer : Module<Tensor, Tensor?, Tensor>
    {
        private readonly LayerNorm full_layer_layer_norm;
        private readonly SelfAttention attention;
        private readonly Dense ffn;
        private readonly Dense ffn_output;
        private readonly Activation _activation;

        public Layer(EncoderConfiguration config) : base(nameof(Layer))
        {
            full_layer_layer_norm = LayerNorm(config.Width, config.NormEpsilon);
            attention = new SelfAttention(config);
            ffn = new Dense(config.Width, config.Inner);
            ffn_output = new Dense(config.Inner, config.Width);
            _activation = config.Activation;
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            using var scope = NewDisposeScope();
            var attended = attention.call(hidden, mask);
            var changed = ffn_output.call(_activation.Apply(ffn.call(attended)));
            return full_layer_layer_norm.call(changed.add_(attended)).MoveToOuterDisposeScope();
        }
    }

    private sealed class SelfAttention : Module<Tensor, Tensor?, Tensor>
    {
        private readonly Dense query;
        private readonly Dense key;
        private readonly Dense value;
        private readonly Dense dense;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout output_dropout;
        private readonly int _heads;
        private readonly double _dropout;

        public SelfAttention(EncoderConfiguration config) : base(nameof(SelfAttention))
        {
            query = new Dense(config.Width, config.Width);
            key = new Dense(config.Width, config.Width);
            value = new Dense(config.Width, config.Width);
            dense = new Dense(config.Width, config.Width);
            LayerNorm = nn.LayerNorm(config.Width, config.NormEpsilon);
            output_dropout = new Dropout(config.Dropout);
            (_heads, _dropout) = (config.Heads, config.AttentionDropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, Tensor? mask)
        {
            using var scope = NewDisposeScope();
            var mixed = Attention.Scaled(query.call(hidden), key.call(hidden), value.call(hidden), _heads, Attention.Visible(mask), training ? _dropout : 0);
            return LayerNorm.call(output_dropout.call(dense.call(mixed)).add_(hidden)).MoveToOuterDisposeScope();
        }
    }
}
