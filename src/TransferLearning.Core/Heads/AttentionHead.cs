using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A linear layer on the weighted mean of a map's or sequence's positions, where a learnt query decides what counts:
/// softmax(x q / sqrt(D)) (Yang et al., "Hierarchical attention networks", 2016). Query and layer start at zero, so that it
/// begins as the mean. Padded positions do not count.
/// </summary>
public sealed class AttentionHead : LabelledHead, IHeadReplacer
{
    internal const string Name = "attention";

    /// <summary>An attention head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="dropout">Share of the pooled features dropped in training, in [0, 1). Default 0.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two labels, an empty label or one twice.</exception>
    public AttentionHead(IReadOnlyList<string> labels, double dropout = 0, IObjective? objective = null) : base(labels, objective) =>
        Dropout = HeadDropout.Check(dropout);

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>Share of the pooled features dropped in training. It matters for training alone and is not saved.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) =>
        (backbone ?? throw new ArgumentNullException(nameof(backbone))).Positions(hidden);

    /// <inheritdoc/>
    public nn.Module<TensorSet, TensorSet> Build(int featureSize) 
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureSize);
        return new Layer(featureSize, Labels.Count, Dropout);
    }

    internal static AttentionHead Read(SavedHead saved) => new(saved.Labels, 0, saved.Objective) { Metrics = saved.Metrics };

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly Parameter query;
        private readonly Parameter weight;
        private readonly Parameter bias;
        private readonly Dropout dropout;

        public Layer(int inputs, int outputs, double dropout) : base(nameof(AttentionHead))
        {
            query = nn.Parameter(zeros(inputs));
            weight = nn.Parameter(zeros(outputs, inputs));
            bias = nn.Parameter(zeros(outputs));
            this.dropout = new Dropout(dropout);
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet features)
        {
            using var scope = NewDisposeScope();
            var (positions, mask) = (features.Values, features.Mask);
            var scores = (positions * query).sum(-1) / Math.Sqrt(positions.size(-1));
            if (mask is not null) scores = scores.masked_fill(mask.logical_not(), -1e9);
            var pooled = (positions * scores.softmax(1).unsqueeze(-1)).sum(1);
            return nn.functional.linear(dropout.call(pooled), weight, bias).MoveToOuterDisposeScope();
        }
    }
}
