using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Logits are the cosines between the pooled features and one learnt direction for each class, times a learnt scale
/// (Gidaris and Komodakis, "Dynamic few-shot visual learning without forgetting", 2018). The length of features does not count.
/// </summary>
public sealed class CosineHead : PooledHead
{
    /// <summary>A cosine head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two, all different.</param>
    /// <param name="scale">Scale (inverse temperature) at the start; above 0. Default 10.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">A label or the scale is out of its range.</exception>
    public CosineHead(IReadOnlyList<string> labels, double scale = 10, IObjective? objective = null) : base(labels, objective) =>
        Scale = scale > 0 && double.IsFinite(scale) ? scale : throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale is above 0.");

    /// <inheritdoc/>
    public override string Kind => "cosine";

    /// <summary>Scale at the start.</summary>
    [JsonIgnore]
    public double Scale { get; }

    /// <summary>Seed of the first directions. Default 0.</summary>
    [JsonIgnore]
    public long Seed { get; init; }

    private protected override nn.Module<Features, Tensor> BuildOn(int width) => new Layer(width, Labels.Count, Scale, Seed);

    private sealed class Layer : nn.Module<Features, Tensor>
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

        public override Tensor forward(Features features)
        {
            using var scope = NewDisposeScope();
            var cosines = nn.functional.linear(nn.functional.normalize(features.Pooled, 2, 1), nn.functional.normalize(weight, 2, 1));
            return (cosines * scale).MoveToOuterDisposeScope();
        }
    }
}
