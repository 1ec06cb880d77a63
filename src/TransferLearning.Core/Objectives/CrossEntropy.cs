using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Cross-entropy of one class of several, from logits <c>[N, K]</c> of examples or <c>[N, T, K]</c> of the words or tokens in them. Targets are
/// class indices <c>[N]</c> or <c>[N, T]</c> int64, of which <see cref="RaggedTargets.Ignored"/> does not count, or probabilities of the
/// output's shape (soft targets: mixup, distillation). A target may weigh its examples (<see cref="TensorNames.Weights"/>).
/// </summary>
public sealed record CrossEntropy : IObjective
{
    internal const string Name = "cross-entropy";

    /// <summary>
    /// Share of the target spread evenly over all classes, in [0, 1): the true class gets 1 - e + e/K, the others e/K
    /// (Szegedy et al., "Rethinking the Inception architecture", 2016). Default 0.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Weight of each class, 0 or more; the mean divides by the weights of the targets. Default: none, every example counts the same.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public string Description => LabelSmoothing > 0 ? FormattableString.Invariant($"cross-entropy, label smoothing {LabelSmoothing}") : Name;

    /// <inheritdoc/>
    public JsonObject Settings
    {
        get
        {
            JsonObject settings = [];
            if (LabelSmoothing > 0) settings["labelSmoothing"] = LabelSmoothing;
            if (ClassWeights is not null) settings["classWeights"] = new JsonArray([.. ClassWeights.Select(weight => (JsonNode?)weight)]);
            return settings;
        }
    }

    /// <inheritdoc/>
    public IAnswer Answer { get; } = new ClassProbabilities();

    /// <inheritdoc/>
    public IReadOnlyList<IMetric> Metrics { get; } = [new ClassificationMetric()];

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var (logits, truth) = (output.Values, target.Values);
        var isSoft = truth.is_floating_point();
        // A mean over nothing would be NaN, and its gradients too.
        var mayBeEmpty = ClassWeights?.Contains(0) == true || truth.dim() > 1 && !isSoft || target.Find(TensorNames.Weights) is not null;
        if (mayBeEmpty && Weight(target) == 0) return logits.mul(0).sum().MoveToOuterDisposeScope();
        var classWeights = ClassWeights is null ? null : tensor(ClassWeights.ToArray(), device: logits.device);
        if (logits.dim() > 2) (logits, truth) = (logits.flatten(0, -2), isSoft ? truth.flatten(0, -2) : truth.flatten());
        if (target.Find(TensorNames.Weights) is not { } weights)
            return nn.functional.cross_entropy(logits, truth, classWeights, ignore_index: RaggedTargets.Ignored, label_smoothing: LabelSmoothing).MoveToOuterDisposeScope();
        var losses = nn.functional.cross_entropy(logits, truth, classWeights, ignore_index: RaggedTargets.Ignored, reduction: nn.Reduction.None, label_smoothing: LabelSmoothing);
        return (losses.view(weights.shape[0], -1).sum(1).mul(weights).sum() / Weight(target)).MoveToOuterDisposeScope();
    }

    /// <summary>The number of targets, or the sum of the weights of their classes; each times the weight of its example.</summary>
    public double Weight(TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var (truth, examples) = (target.Values, target.Find(TensorNames.Weights));
        if (truth.is_floating_point() || ClassWeights is null && truth.dim() == 1) return examples?.sum(ScalarType.Float64).item<double>() ?? truth.shape[..^(truth.is_floating_point() ? 1 : 0)].Aggregate(1L, (a, b) => a * b);
        if (ClassWeights is null && examples is null) return truth.ne(RaggedTargets.Ignored).sum().item<long>();
        var labels = MemoryMarshal.Cast<byte, long>(truth.cpu().contiguous().bytes);
        var each = examples is null ? [] : MemoryMarshal.Cast<byte, float>(examples.cpu().contiguous().bytes);
        var (sum, width) = (0.0, labels.Length / Math.Max(1, (int)truth.shape[0]));
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] != RaggedTargets.Ignored) sum += (ClassWeights?[(int)labels[i]] ?? 1.0) * (each.Length > 0 ? each[i / width] : 1);
        return sum;
    }

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (LabelSmoothing is not (>= 0 and < 1)) throw new ArgumentException($"LabelSmoothing is {LabelSmoothing}; it is from 0 to below 1.");
        foreach (var weight in ClassWeights ?? [])
            if (!(weight >= 0 && float.IsFinite(weight))) throw new ArgumentException($"A weight in ClassWeights is {weight}; weights are 0 or more.");
        if (ClassWeights is not null && ClassWeights.Count != outputs)
            throw new ArgumentException($"There are {ClassWeights.Count} class weights for {outputs} classes; give one for each class.");
        ExampleWeights.Validate(target);
        using var values = target.Values.contiguous();
        if (values.dtype == ScalarType.Float32 && values.dim() >= 2 && values.shape[^1] == outputs)
        {
            foreach (var value in MemoryMarshal.Cast<byte, float>(values.bytes))
                if (value is not (>= 0 and <= 1)) throw new ArgumentException($"A soft target is {value}; a probability is from 0 to 1.");
            return;
        }
        if (values.dtype != ScalarType.Int64 || values.dim() is not (1 or 2))
            throw new ArgumentException(
                $"Class indices must be int64 of shape [N], or [N, T] for words; soft targets float32 of shape [N, {outputs}]. Got {values.dtype} of shape [{string.Join(", ", values.shape)}].");
        foreach (var label in MemoryMarshal.Cast<byte, long>(values.bytes))
            if ((label < 0 || label >= outputs) && label != RaggedTargets.Ignored)
                throw new ArgumentException($"The class index {label} is outside 0..{outputs - 1}; the head has {outputs} outputs.");
    }

    internal static CrossEntropy Read(JsonObject settings) => new()
    {
        LabelSmoothing = (double?)settings["labelSmoothing"] ?? 0,
        ClassWeights = settings["classWeights"] is JsonArray weights ? [.. weights.Select(weight => (float)weight!)] : null,
    };
}
