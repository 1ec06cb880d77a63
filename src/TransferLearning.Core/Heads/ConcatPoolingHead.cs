using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// The head of fastai's learners (Howard and Gugger, "fastai: a layered API for deep learning", 2020): mean and maximum over the positions
/// side by side, then twice batch norm, dropout and a linear layer without bias, with ReLU after the first. The last layer starts at zero.
/// It is for training with batches; a <see cref="LinearHead"/> with <see cref="HeadPooling.MeanMax"/> is what a probe fits.
/// </summary>
public sealed class ConcatPoolingHead : PooledHead
{
    internal const string Name = "concat-pooling";

    /// <summary>A head with one hidden layer for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one output is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="hidden">Width of the hidden layer; at least 1. Default 512.</param>
    /// <param name="dropout">Share of the hidden layer dropped in training, in [0, 1); of the pooled features half as much. Default
    /// 0.5.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">A label, the width or the dropout is out of its range.</exception>
    public ConcatPoolingHead(IReadOnlyList<string> labels, int hidden = 512, double dropout = 0.5, IObjective? objective = null)
        : base(labels, objective)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        (Hidden, Dropout, Pooling) = (hidden, HeadDropout.Check(dropout), HeadPooling.MeanMax);
    }

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Width of the hidden layer.</summary>
    public int Hidden { get; }

    /// <summary>Share of the hidden layer dropped in training. It matters for training alone and is not saved.</summary>
    public double Dropout { get; }

    /// <summary>Seed of the hidden layer's first weights. Default 0.</summary>
    public long Seed { get; init; }

    internal static ConcatPoolingHead Read(SavedHead saved) => new(saved.Labels, (int)saved.Settings["hidden"]!, 0, saved.Objective)
    {
        Metrics = saved.Metrics, Pooling = PoolingOf(saved), Normalize = NormalizeOf(saved),
    };

    internal override double Weights(int features) => (double)Hidden * (features + Labels.Count);

    private protected override JsonObject OwnSettings() => new() { ["hidden"] = Hidden };

    private protected override nn.Module<TensorSet, TensorSet> BuildOn(int width)
    {
        using var generator = new Generator(unchecked((ulong)Seed), CPU);
        return new LayersOnValues(nn.Sequential(
            nn.BatchNorm1d(width), new Dropout(Dropout / 2), new HeadLayer(width, Hidden, generator, hasBias: false), nn.ReLU(),
            nn.BatchNorm1d(Hidden), new Dropout(Dropout), new HeadLayer(Hidden, Labels.Count, hasBias: false)));
    }
}
