using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How near features are to a class.</summary>
public enum PrototypeDistance
{
    /// <summary>By the cosine with the mean of the class's unit vectors; logits are ten times the cosine.</summary>
    Cosine,

    /// <summary>By the squared Euclidean distance to the class's mean; logits are the negative distance.</summary>
    Euclidean,
}

/// <summary>
/// The class whose mean is nearest (Snell, Swersky and Zemel, "Prototypical networks for few-shot learning", 2017).
/// Nothing is trained by gradients: <see cref="PrototypeFit"/> sets the means from the features of examples.
/// </summary>
public sealed class PrototypeHead : PooledHead
{
    internal const string Name = "prototype";
    private const double CosineScale = 10;

    /// <summary>A prototype head for these classes.</summary>
    /// <param name="labels">Names of the classes in order; at least two, all different.</param>
    /// <param name="distance">How near features are to a class. Default: cosine.</param>
    /// <exception cref="ArgumentException">Fewer than two labels, an empty label or one twice.</exception>
    public PrototypeHead(IReadOnlyList<string> labels, PrototypeDistance distance = PrototypeDistance.Cosine) : base(labels, null) =>
        Distance = distance;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>How near features are to a class.</summary>
    public PrototypeDistance Distance { get; }

    internal static PrototypeHead Read(SavedHead saved) => new(
        saved.Labels, SavedName.Read(saved.Settings["distance"], PrototypeDistance.Cosine))
    {
        Metrics = saved.Metrics, Pooling = PoolingOf(saved), Normalize = NormalizeOf(saved),
    };

    private protected override JsonObject OwnSettings() => new() { ["distance"] = SavedName.Of(Distance) };

    private protected override nn.Module<TensorSet, TensorSet> BuildOn(int width) => new Layer(width, Labels.Count, Distance);

    /// <summary>The mean of each class <c>[K, D]</c> of features <c>[N, D]</c>, in the current dispose scope.</summary>
    internal Tensor Prototypes(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var members = nn.functional.one_hot(labels, Labels.Count).to_type(features.dtype).t();
        var counts = members.sum(1, keepdim: true);
        for (var label = 0; label < Labels.Count; label++)
            if (counts[label].item<float>() == 0)
                throw new ArgumentException(
                    $"The training set has no example of '{Labels[label]}', and a prototype is the mean of at least one: add one, or "
                    + "leave the class out of the head.");
        var vectors = Distance == PrototypeDistance.Cosine ? nn.functional.normalize(features, 2, 1) : features;
        var means = members.mm(vectors) / counts;
        return (Distance == PrototypeDistance.Cosine ? nn.functional.normalize(means, 2, 1) : means).MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly PrototypeDistance distance;
        private readonly Tensor prototypes;

        public Layer(int inputs, int outputs, PrototypeDistance distance) : base(nameof(PrototypeHead))
        {
            this.distance = distance;
            prototypes = zeros(outputs, inputs);
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet features)
        {
            using var scope = NewDisposeScope();
            var logits = distance == PrototypeDistance.Cosine
                ? nn.functional.linear(nn.functional.normalize(features.Values, 2, 1), prototypes) * CosineScale
                : -(features.Values.unsqueeze(1) - prototypes).square().sum(-1);
            return logits.MoveToOuterDisposeScope();
        }
    }
}
