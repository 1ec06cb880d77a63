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
    internal const string Name = "linear";

    /// <summary>A linear head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="dropout">Share of features dropped in training, in [0, 1). Default 0.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two labels, an empty label or one twice.</exception>
    public LinearHead(IReadOnlyList<string> labels, double dropout = 0, IObjective? objective = null) : base(labels, objective) =>
        Dropout = HeadDropout.Check(dropout);

    /// <summary>A linear head for these classes and that objective.</summary>
    /// <inheritdoc cref="LinearHead(IReadOnlyList{string}, double, IObjective?)"/>
    public LinearHead(IReadOnlyList<string> labels, IObjective? objective) : this(labels, 0, objective) { }

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Share of features dropped in training. It matters for training alone and is not saved.</summary>
    public double Dropout { get; }

    /// <summary>
    /// Null (default): the weights start at zero. Else they are drawn from this seed as torch draws those of a linear layer, so that the
    /// layers below learn from the first step on; the biases start at zero.
    /// </summary>
    public long? Seed { get; init; }

    internal static LinearHead Read(SavedHead saved) =>
        new(saved.Labels, 0, saved.Objective) { Metrics = saved.Metrics, Pooling = PoolingOf(saved), Normalize = NormalizeOf(saved) };

    private protected override nn.Module<TensorSet, TensorSet> BuildOn(int width)
    {
        var layer = new Layer(width, Labels.Count, Dropout);
        if (Seed is { } seed) layer.Draw(seed);
        return layer;
    }

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly Parameter weight;
        private readonly Parameter bias;
        private readonly Dropout dropout;

        public Layer(int inputs, int outputs, double dropout) : base(nameof(LinearHead))
        {
            weight = nn.Parameter(zeros(outputs, inputs));
            bias = nn.Parameter(zeros(outputs));
            this.dropout = new Dropout(dropout);
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

        public override TensorSet forward(TensorSet features)
        {
            using var kept = dropout.call(features.Values);
            return nn.functional.linear(kept, weight, bias);
        }
    }
}
