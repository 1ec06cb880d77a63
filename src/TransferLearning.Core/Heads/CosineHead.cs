using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Logits are the cosines between the pooled features and one learnt direction for each class, times a learnt scale
/// (Gidaris and Komodakis, "Dynamic few-shot visual learning without forgetting", 2018). The length of features does not count.
/// </summary>
public sealed class CosineHead : PooledHead
{
    internal const string Name = "cosine";

    /// <summary>A cosine head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two, all different.</param>
    /// <param name="scale">Scale (inverse temperature) at the start; above 0. Default 10.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">A label or the scale is out of its range.</exception>
    public CosineHead(IReadOnlyList<string> labels, double scale = 10, IObjective? objective = null) : base(labels, objective) =>
        Scale = scale > 0 && double.IsFinite(scale)
            ? scale
            : throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale is above 0.");

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Scale at the start; the learnt one is among the weights.</summary>
    public double Scale { get; }

    /// <summary>Seed of the first directions. Default 0.</summary>
    public long Seed { get; init; }

    internal static CosineHead Read(SavedHead saved) =>
        new(saved.Labels, objective: saved.Objective)
        {
            Metrics = saved.Metrics, Pooling = PoolingOf(saved), Normalize = NormalizeOf(saved)
        };

    private protected override nn.Module<TensorSet, TensorSet> BuildOn(int width) => new Layer(width, Labels.Count, Scale, Seed);

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly Parameter weight;
        private readonly Parameter scale;

        public Layer(int inputs, int outputs, double start, long seed) : base(nameof(CosineHead))
        {
            using var generator = new Generator(unchecked((ulong)seed), CPU);
            weight = nn.Parameter(randn(outputs, inputs, generator: generator));
            scale = nn.Parameter(tensor((float)start));
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet features)
        {
            using var scope = NewDisposeScope();
            var cosines = nn.functional.linear(nn.functional.normalize(features.Values, 2, 1), nn.functional.normalize(weight, 2, 1));
            return (cosines * scale).MoveToOuterDisposeScope();
        }
    }
}
