using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// One linear layer on the pooled features: logits = W f + b. It starts at zero, so that training does not depend on
/// a random head and the first steps do not disturb the backbone (as in BiT: Kolesnikov et al., "Big Transfer", 2020).
/// </summary>
public sealed class LinearHead : IHeadReplacer
{
    /// <summary>A linear head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two, all different.</param>
    /// <param name="dropout">Share of features dropped in training, in [0, 1). Default 0.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two labels, an empty label or one twice.</exception>
    public LinearHead(IReadOnlyList<string> labels, double dropout = 0, IObjective? objective = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        if (labels.Count < 2)
            throw new ArgumentException($"A classifier needs at least two classes; got {labels.Count} ({string.Join(", ", labels)}).", nameof(labels));
        if (labels.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A class has an empty name; give every class a name.", nameof(labels));
        if (labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The class '{twice.Key}' is listed {twice.Count()} times; every class needs a name of its own.", nameof(labels));
        Labels = [.. labels];
        Dropout = dropout;
        Objective = objective ?? new CrossEntropy();
    }

    /// <inheritdoc/>
    public string Kind => "linear";

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Share of features dropped in training.</summary>
    public double Dropout { get; }

    /// <inheritdoc/>
    public IObjective Objective { get; }

    /// <inheritdoc/>
    public nn.Module<Features, Tensor> Build(int featureSize) => new Layer(featureSize, Labels.Count, Dropout);

    private sealed class Layer : nn.Module<Features, Tensor>
    {
        private readonly Parameter weight;
        private readonly Parameter bias;
        private readonly double dropout;

        public Layer(int inputs, int outputs, double dropout) : base(nameof(LinearHead))
        {
            this.dropout = dropout;
            weight = nn.Parameter(zeros(outputs, inputs));
            bias = nn.Parameter(zeros(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Features features)
        {
            if (dropout == 0 || !training) return nn.functional.linear(features.Pooled, weight, bias);
            using var kept = nn.functional.dropout(features.Pooled, dropout, training: true);
            return nn.functional.linear(kept, weight, bias);
        }
    }
}
