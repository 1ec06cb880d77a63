using System.Text.Json.Nodes;
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
    internal const string Name = "mlp";

    /// <summary>A head with hidden layers for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="hidden">Widths of the hidden layers, each at least 1. Default: one of 512.</param>
    /// <param name="dropout">Share of each hidden layer dropped in training, in [0, 1). Default 0.1.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">A label, a width or the dropout is out of its range.</exception>
    public MlpHead(
        IReadOnlyList<string> labels, IReadOnlyList<int>? hidden = null, double dropout = 0.1, IObjective? objective = null) : base(labels, objective)
    {
        Hidden = hidden is null ? [512] : [.. hidden];
        if (Hidden.Count == 0) throw new ArgumentException("Without hidden layers the head is linear: use a LinearHead.", nameof(hidden));
        if (Hidden.Any(width => width < 1))
            throw new ArgumentException($"A hidden layer is 1 or more wide; got {string.Join(", ", Hidden)}.", nameof(hidden));
        Dropout = HeadDropout.Check(dropout);
    }

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> Hidden { get; }

    /// <summary>Share of each hidden layer dropped in training. It matters for training alone and is not saved.</summary>
    public double Dropout { get; }

    /// <summary>What evens out the activations of the hidden layers. Default: layer norm.</summary>
    public HeadNormalization Normalization { get; init; } = HeadNormalization.Layer;

    /// <summary>Seed of the hidden layers' first weights. Default 0.</summary>
    public long Seed { get; init; }

    internal static MlpHead Read(SavedHead saved) => new(
        saved.Labels, [.. saved.Settings["hidden"]?.AsArray().Select(width => (int)width!) ?? [512]], 0, saved.Objective)
    {
        Metrics = saved.Metrics, Pooling = PoolingOf(saved), Normalize = NormalizeOf(saved), Normalization = SavedName.Read(
            saved.Settings["normalization"], HeadNormalization.Layer),
    };

    internal override double Weights(int features) =>
        Hidden.Prepend(features).Zip(Hidden.Append(Labels.Count), (inputs, outputs) => (inputs + 1.0) * outputs).Sum();

    private protected override JsonObject OwnSettings() => new()
    {
        ["hidden"] = new JsonArray([.. Hidden.Select(width => (JsonNode?)width)]), ["normalization"] = SavedName.Of(Normalization),
    };

    private protected override nn.Module<TensorSet, TensorSet> BuildOn(int width)
    {
        List<nn.Module<Tensor, Tensor>> layers = [];
        using var generator = new Generator(unchecked((ulong)Seed), CPU);
        foreach (var next in Hidden)
        {
            layers.Add(new HeadLayer(width, next, generator));
            if (Normalization != HeadNormalization.None)
                layers.Add(Normalization == HeadNormalization.Layer ? nn.LayerNorm(next) : nn.BatchNorm1d(next));
            layers.AddRange([nn.GELU(), new Dropout(Dropout)]);
            width = next;
        }
        layers.Add(new HeadLayer(width, Labels.Count));
        return new LayersOnValues(nn.Sequential(layers));
    }
}
