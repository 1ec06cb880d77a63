using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What evens out the activations of a hidden layer.</summary>
public enum HeadNormalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Layer norm: over the features of each example.</summary>
    Layer,

    /// <summary>Batch norm: over the examples of each feature, by running statistics after training.</summary>
    Batch,
}

/// <summary>
/// Hidden layers on the pooled features, each linear, normalised, GELU and dropout, then a linear layer that starts at zero.
/// It finds what is not linear in the features; with few examples <see cref="LinearHead"/> is better.
/// </summary>
public sealed class MlpHead : PooledHead
{
    /// <summary>A head with hidden layers for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all different.</param>
    /// <param name="hidden">Widths of the hidden layers, each at least 1. Default: one of 512.</param>
    /// <param name="dropout">Share of each hidden layer dropped in training, in [0, 1). Default 0.1.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">A label, a width or the dropout is out of its range.</exception>
    public MlpHead(IReadOnlyList<string> labels, IReadOnlyList<int>? hidden = null, double dropout = 0.1, IObjective? objective = null) : base(labels, objective)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        Hidden = hidden is null ? [512] : [.. hidden];
        if (Hidden.Count == 0) throw new ArgumentException("Without hidden layers the head is linear: use a LinearHead.", nameof(hidden));
        if (Hidden.Any(width => width < 1)) throw new ArgumentException($"A hidden layer is 1 or more wide; got {string.Join(", ", Hidden)}.", nameof(hidden));
        Dropout = dropout;
    }

    /// <inheritdoc/>
    public override string Kind => "mlp";

    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> Hidden { get; }

    /// <summary>Number of weights of the hidden layers on that many features.</summary>
    internal double HiddenWeights(int features) => Hidden.Prepend(features).Zip(Hidden, (inputs, outputs) => (inputs + 1.0) * outputs).Sum();

    /// <summary>Share of each hidden layer dropped in training.</summary>
    [JsonIgnore]
    public double Dropout { get; }

    /// <summary>What evens out the activations of the hidden layers. Default: layer norm.</summary>
    public HeadNormalization Normalization { get; init; } = HeadNormalization.Layer;

    /// <summary>Seed of the hidden layers' first weights. Default 0.</summary>
    [JsonIgnore]
    public long Seed { get; init; }

    private protected override nn.Module<Features, Tensor> BuildOn(int width)
    {
        List<nn.Module<Tensor, Tensor>> layers = [];
        using var generator = new Generator(unchecked((ulong)Seed), CPU);
        using var _ = no_grad();
        foreach (var next in Hidden)
        {
            var linear = nn.Linear(width, next);
            // As torch's own linear layers start, but from a seed.
            var bound = 1 / Math.Sqrt(width);
            using (NewDisposeScope())
            {
                linear.weight!.uniform_(-bound, bound, generator);
                linear.bias!.uniform_(-bound, bound, generator);
            }
            layers.Add(linear);
            if (Normalization != HeadNormalization.None) layers.Add(Normalization == HeadNormalization.Layer ? nn.LayerNorm(next) : nn.BatchNorm1d(next));
            layers.AddRange([nn.GELU(), nn.Dropout(Dropout)]);
            width = next;
        }
        var last = nn.Linear(width, Labels.Count);
        using (NewDisposeScope())
        {
            last.weight!.zero_();
            last.bias!.zero_();
        }
        return new Layers(nn.Sequential([.. layers, last]));
    }

    private sealed class Layers : nn.Module<Features, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> layers;

        public Layers(nn.Module<Tensor, Tensor> layers) : base(nameof(MlpHead))
        {
            this.layers = layers;
            RegisterComponents();
        }

        public override Tensor forward(Features features) => layers.call(features.Pooled);
    }
}
