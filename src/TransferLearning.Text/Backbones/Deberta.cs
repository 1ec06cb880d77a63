using System.Text.Json;
using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Text;

/// <summary>
/// DeBERTa v2 and v3 (He, Liu, Gao and Chen, "DeBERTa: Decoding-enhanced BERT with disentangled attention", ICLR 2021;
/// He, Gao and Chen, "DeBERTaV3", ICLR 2023): BERT whose attention also looks at how far apart two tokens are.
/// </summary>
internal sealed class Deberta : TextNetwork
{
    private readonly Embeddings embeddings;
    private readonly Encoder encoder;

    private Deberta(Configuration config) : base(config.Encoder)
    {
        embeddings = new Embeddings(config);
        encoder = new Encoder(config);
        RegisterComponents();
        // The table of distances serves all layers, so it belongs to what comes before them.
        LayerGroups =
        [
            EmbeddingGroup(["embeddings", "encoder.rel_embeddings", "encoder.LayerNorm"], embeddings.call),
            Stage.OfSequences("layer 1", ["encoder.layer.0", "encoder.conv"], encoder.First),
            .. encoder.layer.Skip(1).Select((layer, i) => Stage.OfSequences($"layer {i + 2}", [$"encoder.layer.{i + 1}"], layer.call)),
        ];
    }

    public static TextFamily Family { get; } = new(Prefix: "deberta", ["deberta-v2"], json => new Deberta(Configuration.Read(json)))
    {
        Published =
        [
            new("deberta-v3-small", "microsoft/deberta-v3-small",
                """
                {
                  "model_type": "deberta-v2", "hidden_size": 768, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 3072,
                  "relative_attention": true, "position_buckets": 256, "norm_rel_ebd": "layer_norm", "share_att_key": true,
                  "pos_att_type": "p2c|c2p", "position_biased_input": false
                }
                """) { File = KnownText.Pytorch, Licence = "MIT" },
        ],
        ClassifierHead = json => new("classifier")
        {
            Pooling = TextPooling.First,
            InputDropout = json.Dropout("pooler_dropout", 0),
            Dense = "pooler.dense",
            Activation = json.Activation("pooler_hidden_act", Activation.Gelu),
            Dropout = json.Dropout("cls_dropout", Configuration.ReadEncoder(json).Dropout),
        },
        TokenClassifierHead = json => new("classifier") { Dropout = Configuration.ReadEncoder(json).Dropout },
        LanguageModelHead = json => json.Flag("legacy", true)
            ? LanguageModel(json, "cls.predictions", "cls.predictions.transform.")
            : LanguageModel(json, "lm_predictions.lm_head", "lm_predictions.lm_head."),
    };

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Embedding WordEmbeddings => embeddings.word_embeddings;

    private static HeadLayout LanguageModel(TextConfiguration json, string output, string transform) => new(output)
    {
        IsTied = true,
        Dense = transform + "dense",
        Activation = Configuration.ReadEncoder(json).Activation,
        Norm = transform + "LayerNorm",
        NormEpsilon = Configuration.ReadEncoder(json).NormEpsilon,
    };

    /// <summary>DeBERTa's configuration; the defaults are those of DeBERTa-v2-xlarge.</summary>
    private sealed record Configuration(EncoderConfiguration Encoder)
    {
        /// <summary>Whether the embeddings tell where a token stands.</summary>
        public required bool HasPositions { get; init; }

        /// <summary>Whether attention looks at distances.</summary>
        public required bool HasDistances { get; init; }

        /// <summary>
        /// What attention adds to the score of two contents: "c2p", that of the query with the distance; "p2c", that of the distance with
        /// the key.
        /// </summary>
        public required IReadOnlyList<string> Terms { get; init; }

        public required RelativePositions Positions { get; init; }

        public required bool NormalizesDistances { get; init; }

        /// <summary>Whether distances are projected as contents are.</summary>
        public required bool SharesProjections { get; init; }

        /// <summary>Tokens that the convolution sees; 0: there is none.</summary>
        public required int Kernel { get; init; }

        public required int KernelGroups { get; init; }

        public required Activation KernelActivation { get; init; }

        public static Configuration Read(TextConfiguration json)
        {
            var encoder = ReadEncoder(json);
            var headWidth = encoder.Width / encoder.Heads;
            if (json.Integer("attention_head_size", headWidth) is var size && size != headWidth)
                throw json.Unsupported("attention_head_size", $"{size}", $"{headWidth}, which is hidden_size / num_attention_heads");
            if (json.Count("conv_groups", 1) is var groups && encoder.Width % groups != 0)
                throw new InvalidDataException(
                    $"'{json.Source}' has hidden_size = {encoder.Width} and conv_groups = {groups}; they must divide the width.");
            return new Configuration(encoder)
            {
                HasPositions = json.Flag("position_biased_input", true),
                HasDistances = json.Flag("relative_attention", false),
                Terms = ReadTerms(json),
                Positions = RelativePositions.Read(json, encoder.Positions),
                NormalizesDistances = Parts(json.Text("norm_rel_ebd", "none")).Contains("layer_norm"),
                SharesProjections = json.Flag("share_att_key", false),
                Kernel = Math.Max(json.Integer("conv_kernel_size", 0), 0),
                KernelGroups = groups,
                KernelActivation = json.Activation("conv_act", Activation.Tanh),
            };
        }

        public static EncoderConfiguration ReadEncoder(TextConfiguration json) => EncoderConfiguration.Read(json, new()
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

        /// <summary>A list, or joined by bars.</summary>
        private static List<string> ReadTerms(TextConfiguration json)
        {
            if (json.Find("pos_att_type") is not { } value) return [];
            var terms = value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Select(term => term.ToString().ToLowerInvariant())
                : Parts(json.Text("pos_att_type", ""));
            return [.. terms.Where(term => term is "c2p" or "p2c").Distinct()];
        }

        private static string[] Parts(string joined) => joined.ToLowerInvariant().Split('|', StringSplitOptions.TrimEntries);
    }

    private sealed class Embeddings : Block<Tensor?, Tensor?>
    {
        public readonly Embedding word_embeddings;
        private readonly Embedding? position_embeddings, token_type_embeddings;
        private readonly Linear? embed_proj;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout;

        public Embeddings(Configuration config)
        {
            var encoder = config.Encoder;
            var width = encoder.EmbeddingWidth!.Value;
            word_embeddings = new Embedding(encoder.Vocabulary, width);
            position_embeddings = config.HasPositions ? new Embedding(encoder.Positions, width) : null;
            token_type_embeddings = encoder.TokenTypes > 0 ? new Embedding(encoder.TokenTypes, width) : null;
            embed_proj = width == encoder.Width ? null : new Linear(width, encoder.Width, hasBias: false);
            LayerNorm = new LayerNorm(encoder.Width, encoder.NormEpsilon);
            dropout = new Dropout(encoder.Dropout);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor ids, Tensor? mask, Tensor? segments)
        {
            var sum = word_embeddings.call(ids);
            if (position_embeddings is { } positions) InPlace.Add(sum, Narrow(positions.Weight, 0, 0, ids.size(1)));
            if (token_type_embeddings is { } types) InPlace.Add(sum, segments is null ? Select(types.Weight, 0, 0) : types.call(segments));
            return Dropout(Real(LayerNorm.call(embed_proj?.call(sum) ?? sum), mask), dropout);
        }
    }

    private sealed class Encoder : nn.Module
    {
        public readonly ModuleList<Bert.Layer> layer;
        private readonly Embedding? rel_embeddings;
        private readonly LayerNorm? LayerNorm;
        private readonly ConvolutionLayer? conv;
        private readonly PerLength _rows;

        public Encoder(Configuration config) : base(nameof(Encoder))
        {
            var encoder = config.Encoder;
            _rows = new PerLength(config.Positions.Rows);
            layer = new ModuleList<Bert.Layer>(
                Enumerable.Range(0, encoder.Layers).Select(_ => new Bert.Layer(encoder, new DisentangledAttention(config, Distances))));
            rel_embeddings = config.HasDistances ? new Embedding(2 * config.Positions.Span, encoder.Width) : null;
            LayerNorm = config.HasDistances && config.NormalizesDistances ? new LayerNorm(encoder.Width, encoder.NormEpsilon) : null;
            conv = config.Kernel > 0 ? new ConvolutionLayer(config) : null;
            RegisterComponents();
        }

        public Tensor First(Tensor hidden, Tensor? mask)
        {
            var output = layer[0].call(hidden, mask);
            return conv?.call(hidden, output, mask) ?? output;
        }

        /// <summary>The table of distances, <c>[2 span, D]</c>, and the row of it for each query and key, <c>[T, T]</c>.</summary>
        private (Tensor Table, Tensor Rows) Distances(Tensor hidden)
        {
            Tensor table = rel_embeddings!.Weight;
            return (LayerNorm?.call(table) ?? table, _rows.Of(hidden.size(1), hidden.device));
        }
    }

    /// <summary>
    /// To the score of two tokens' contents come those of contents with distances. See <see cref="Configuration.Terms"/>.
    /// </summary>
    private sealed class DisentangledAttention : Block<Tensor?>
    {
        private readonly Linear query_proj, key_proj, value_proj;
        private readonly Linear? pos_key_proj, pos_query_proj;
        private readonly Dropout pos_dropout, dropout;
        private readonly Func<Tensor, (Tensor Table, Tensor Rows)> _distances;
        private readonly bool _hasContentToPosition, _hasPositionToContent;
        private readonly int _heads;
        private readonly double _scale;

        public DisentangledAttention(Configuration config, Func<Tensor, (Tensor Table, Tensor Rows)> distances)
        {
            var encoder = config.Encoder;
            query_proj = new Linear(encoder.Width, encoder.Width);
            key_proj = new Linear(encoder.Width, encoder.Width);
            value_proj = new Linear(encoder.Width, encoder.Width);
            _hasContentToPosition = config.HasDistances && config.Terms.Contains("c2p");
            _hasPositionToContent = config.HasDistances && config.Terms.Contains("p2c");
            pos_key_proj = _hasContentToPosition && !config.SharesProjections ? new Linear(encoder.Width, encoder.Width) : null;
            pos_query_proj = _hasPositionToContent && !config.SharesProjections ? new Linear(encoder.Width, encoder.Width) : null;
            pos_dropout = new Dropout(encoder.Dropout);
            dropout = new Dropout(encoder.AttentionDropout);
            (_distances, _heads) = (distances, encoder.Heads);
            _scale = 1 / Math.Sqrt((double)encoder.Width / encoder.Heads * (1 + config.Terms.Count));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor hidden, Tensor? mask)
        {
            var (queries, keys) = (Attention.Split(query_proj.call(hidden), _heads), Attention.Split(key_proj.call(hidden), _heads));
            var scores = MatMul(queries, Transpose(keys, -1, -2));
            if (_hasContentToPosition || _hasPositionToContent)
            {
                var (table, rows) = _distances(hidden);
                var distances = Unsqueeze(Dropout(table, pos_dropout), 0);
                if (_hasContentToPosition) InPlace.Add(scores, Look(queries, pos_key_proj ?? key_proj, distances, rows));
                if (_hasPositionToContent)
                    InPlace.Add(scores, Transpose(Look(keys, pos_query_proj ?? query_proj, distances, Transpose(rows, 0, 1)), -1, -2));
            }
            InPlace.Scale(scores, _scale);
            // The lowest number instead of infinity: a row without any real token becomes a mean, not NaN.
            if (Attention.Visible(mask) is { } visible) scores = MaskedFill(scores, LogicalNot(visible), float.MinValue);
            return Attention.Merge(MatMul(Dropout(Softmax(scores, -1), dropout), Attention.Split(value_proj.call(hidden), _heads)));
        }

        /// <summary>Scores <c>[N, H, T, T]</c> of contents with the rows of the table that belong to them.</summary>
        private Tensor Look(Tensor contents, Linear projection, Tensor distances, Tensor rows)
        {
            var table = Attention.Split(projection.call(distances), _heads);
            return Gather(MatMul(contents, Transpose(table, -1, -2)), -1, Expand(rows, contents.size(0), _heads, -1, -1));
        }
    }

    /// <summary>The convolution over neighbouring tokens that larger DeBERTas add to their first layer.</summary>
    private sealed class ConvolutionLayer : Block<Tensor, Tensor?>
    {
        private readonly Convolution1d conv;
        private readonly LayerNorm LayerNorm;
        private readonly Dropout dropout;
        private readonly Activation _activation;

        public ConvolutionLayer(Configuration config)
        {
            var encoder = config.Encoder;
            conv = new Convolution1d(encoder.Width, encoder.Width, config.Kernel, groups: config.KernelGroups);
            LayerNorm = new LayerNorm(encoder.Width, encoder.NormEpsilon);
            dropout = new Dropout(encoder.Dropout);
            _activation = config.KernelActivation;
            RegisterComponents();
        }

        /// <summary>Of the embeddings and what the first layer made of them.</summary>
        protected override Tensor Compute(Tensor embedded, Tensor hidden, Tensor? mask)
        {
            var near = Real(Transpose(conv.call(Transpose(embedded, 1, 2)), 1, 2), mask);
            return Real(LayerNorm.call(Add(Activate(Dropout(near, dropout), _activation), hidden)), mask);
        }
    }

    /// <summary>
    /// Which row of the table of distances belongs to two tokens. Near distances have a row each, far ones share rows on a logarithmic
    /// scale.
    /// </summary>
    /// <param name="Span">Half of the table's rows: distances of either sign.</param>
    /// <param name="Buckets">Rows of either sign; 0: each distance has its own.</param>
    /// <param name="Furthest">The distance that the last row stands for.</param>
    internal sealed record RelativePositions(int Span, int Buckets, int Furthest)
    {
        public static RelativePositions Read(TextConfiguration json, int positions)
        {
            var furthest = json.Integer("max_relative_positions", -1) is > 0 and var given ? given : positions;
            var buckets = Math.Max(json.Integer("position_buckets", -1), 0);
            return new RelativePositions(buckets > 0 ? buckets : furthest, buckets, furthest);
        }

        /// <summary>The row for each query and key, <c>[T, T]</c> int64; belongs to the current dispose scope.</summary>
        public Tensor Rows(long length, Device device)
        {
            var count = (int)length;
            // From the key that is furthest to the left of the query on; a query's keys are a part of it.
            long[] rows = [.. Enumerable.Range(0, 2 * count - 1).Select(i => Math.Clamp(Bucket(count - 1 - i) + Span, 0, 2 * Span - 1))];
            long[] all = [.. Enumerable.Range(1, count).SelectMany(query => rows[(count - query)..(2 * count - query)])];
            return tensor(all, [length, length], device: device);
        }

        /// <summary>
        /// Distances up to half the buckets stay; beyond, the logarithm is divided evenly and rounded up. In single precision, as the
        /// reference: where a quotient is whole, its rounding decides the bucket.
        /// </summary>
        public long Bucket(long distance)
        {
            var middle = Buckets / 2;
            if (Buckets == 0 || Math.Abs(distance) <= middle) return distance;
            var share = MathF.Log((float)Math.Abs(distance) / middle) / MathF.Log((Furthest - 1) / (float)middle);
            return Math.Sign(distance) * ((long)MathF.Ceiling(share * (middle - 1)) + middle);
        }
    }

    /// <summary>Zeros in the padding.</summary>
    private static Tensor Real(Tensor x, Tensor? mask) => mask is null ? x : Multiply(x, Unsqueeze(mask, -1));
}
