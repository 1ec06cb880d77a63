using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Cross-entropy of one class of several, from logits <c>[N, K]</c> of examples or <c>[N, T, K]</c> of the words or tokens in them. Targets
/// are class indices <c>[N]</c> or <c>[N, T]</c> int64, of which <see cref="RaggedTargets.Ignored"/> does not count, or probabilities of
/// the output's shape (soft targets: mixup, distillation). A target may weigh its examples (<see cref="TensorNames.Weights"/>).
/// </summary>
public sealed record CrossEntropy : IObjective
{
    internal const string Name = "cross-entropy";

    /// <summary>
    /// Share of the target spread evenly over all classes, in [0, 1): the true class gets 1 - e + e/K, the others e/K
    /// (Szegedy et al., "Rethinking the Inception architecture", 2016). Default 0.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Weight of each class, 0 or more; the mean divides by the weights of the targets. Default: none, every example counts the same.
    /// </summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public string Description =>
        LabelSmoothing > 0 ? FormattableString.Invariant($"cross-entropy, label smoothing {LabelSmoothing}") : Name;

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
    public IAnswer Answer => new ClassProbabilities();

    /// <inheritdoc/>
    public IReadOnlyList<IMetric> Metrics => [new ClassificationMetric()];

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var (logits, truth) = (output.Values, target.Values);
        if (logits.dim() > 2) (logits, truth) = (logits.flatten(0, -2), truth.is_floating_point() ? truth.flatten(0, -2) : truth.flatten());
        var losses = nn.functional.cross_entropy(
            logits, truth, WeightsOn(logits.device), ignore_index: RaggedTargets.Ignored, reduction: nn.Reduction.None, label_smoothing: LabelSmoothing);
        if (target.Find(TensorNames.Weights) is { } weights) losses = losses.view(weights.shape[0], -1) * weights.unsqueeze(1);
        return losses.div(ExampleWeights.Divisor(Counts(target).sum())).sum().MoveToOuterDisposeScope();
    }

    /// <summary>The number of targets, or the sum of the weights of their classes; each times the weight of its example.</summary>
    public double Weight(TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        return Counts(target).sum(ScalarType.Float64).item<double>();
    }

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (LabelSmoothing is not (>= 0 and < 1))
            throw new ArgumentException($"LabelSmoothing is {LabelSmoothing}; it is from 0 to below 1.");
        foreach (var weight in ClassWeights ?? [])
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw new ArgumentException($"A weight in ClassWeights is {weight}; weights are 0 or more.");
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
                $"Class indices must be int64 of shape [N], or [N, T] for words; soft targets float32 of shape [N, {outputs}]. Got "
                + $"{values.dtype} of shape [{string.Join(", ", values.shape)}].");
        foreach (var label in MemoryMarshal.Cast<byte, long>(values.bytes))
            if ((label < 0 || label >= outputs) && label != RaggedTargets.Ignored)
                throw new ArgumentException($"The class index {label} is outside 0..{outputs - 1}; the head has {outputs} outputs.");
    }

    /// <summary>Whether both have the same settings.</summary>
    public bool Equals(CrossEntropy? other) => other is not null && JsonNode.DeepEquals(Settings, other.Settings);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.ToJsonString().GetHashCode(StringComparison.Ordinal);

    internal static CrossEntropy Read(JsonObject settings) => new()
    {
        LabelSmoothing = (double?)settings["labelSmoothing"] ?? 0,
        ClassWeights = settings["classWeights"] is JsonArray weights ? [.. weights.Select(weight => (float)weight!)] : null,
    };

    /// <summary>How much each target counts: by its class and its example, and not where it is ignored.</summary>
    private Tensor Counts(TensorSet target)
    {
        var truth = target.Values;
        var counts = truth.is_floating_point()
            ? ones_like(truth.select(-1, 0))
            : truth.ne(RaggedTargets.Ignored).to_type(ScalarType.Float32);
        if (WeightsOn(truth.device) is { } classes && !truth.is_floating_point())
            counts = counts * classes.index_select(0, truth.clamp_min(0).flatten()).view(truth.shape);
        return target.Find(TensorNames.Weights) is { } examples ? counts.view(examples.shape[0], -1) * examples.unsqueeze(1) : counts;
    }

    private Tensor? WeightsOn(Device device) => ClassWeights is null ? null : tensor(ClassWeights.ToArray(), device: device);
}
