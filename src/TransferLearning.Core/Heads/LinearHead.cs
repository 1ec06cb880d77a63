using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// One linear layer on the pooled features: logits = W f + b. It starts at zero, so that training does not depend on
/// a random head and the first steps do not disturb the backbone (as in BiT: Kolesnikov et al., "Big Transfer", 2020);
/// or, with a <see cref="Seed"/>, at random.
/// </summary>
public sealed class LinearHead : PooledHead
{
    /// <summary>A linear head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all different.</param>
    /// <param name="dropout">Share of features dropped in training, in [0, 1). Default 0.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two labels, an empty label or one twice.</exception>
    public LinearHead(IReadOnlyList<string> labels, double dropout = 0, IObjective? objective = null) : base(labels, objective)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        Dropout = dropout;
    }

    /// <inheritdoc/>
    public override string Kind => "linear";

    /// <summary>Share of features dropped in training.</summary>
    [JsonIgnore]
    public double Dropout { get; }

    /// <summary>
    /// Null (default): the weights start at zero. Else they are drawn from this seed as torch draws those of a linear layer, so that the
    /// layers below learn from the first step on; the biases start at zero.
    /// </summary>
    [JsonIgnore]
    public long? Seed { get; init; }

    private protected override nn.Module<Features, Tensor> BuildOn(int width)
    {
        var layer = new Layer(width, Labels.Count, Dropout);
        if (Seed is { } seed) layer.Draw(seed);
        return layer;
    }

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

        public void Draw(long seed)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            using var generator = new Generator(unchecked((ulong)seed), CPU);
            var bound = 1 / Math.Sqrt(weight.size(1));
            weight.uniform_(-bound, bound, generator);
        }

        public override Tensor forward(Features features)
        {
            if (dropout == 0 || !training) return nn.functional.linear(features.Pooled, weight, bias);
            using var kept = nn.functional.dropout(features.Pooled, dropout, training: true);
            return nn.functional.linear(kept, weight, bias);
        }
    }
}
