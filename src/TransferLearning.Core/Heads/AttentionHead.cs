using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A linear layer on the weighted mean of a map's or sequence's positions, where a learnt query decides what counts:
/// softmax(x q / sqrt(D)) (Yang et al., "Hierarchical attention networks", 2016). Query and layer start at zero, so that it
/// begins as the mean. Padded positions do not count.
/// </summary>
public sealed class AttentionHead : IHeadReplacer
{
    /// <summary>An attention head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all different.</param>
    /// <param name="dropout">Share of the pooled features dropped in training, in [0, 1). Default 0.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two labels, an empty label or one twice.</exception>
    public AttentionHead(IReadOnlyList<string> labels, double dropout = 0, IObjective? objective = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        Objective = objective ?? new CrossEntropy();
        Labels = OutputNames.Check(labels, Objective);
        Dropout = dropout;
    }

    /// <inheritdoc/>
    public string Kind => "attention";

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public IObjective Objective { get; }

    /// <summary>Share of the pooled features dropped in training.</summary>
    [JsonIgnore]
    public double Dropout { get; }

    FeatureKind IHeadReplacer.Reads => FeatureKind.Map;

    /// <inheritdoc/>
    public nn.Module<Features, Tensor> Build(int featureSize) => new Layer(featureSize, Labels.Count, Dropout);

    private sealed class Layer : nn.Module<Features, Tensor>
    {
        private readonly Parameter query;
        private readonly Parameter weight;
        private readonly Parameter bias;
        private readonly double dropout;

        public Layer(int inputs, int outputs, double dropout) : base(nameof(AttentionHead))
        {
            this.dropout = dropout;
            query = nn.Parameter(zeros(inputs));
            weight = nn.Parameter(zeros(outputs, inputs));
            bias = nn.Parameter(zeros(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Features features)
        {
            using var scope = NewDisposeScope();
            var positions = HeadPoolingExtensions.Positions(features, "Attention");
            var scores = (positions * query).sum(-1) / Math.Sqrt(positions.shape[2]);
            if (features.Mask is not null) scores = scores.masked_fill(features.Mask.logical_not(), -1e9);
            var pooled = (positions * scores.softmax(1).unsqueeze(-1)).sum(1);
            if (dropout > 0) pooled = nn.functional.dropout(pooled, dropout, training);
            return nn.functional.linear(pooled, weight, bias).MoveToOuterDisposeScope();
        }
    }
}
