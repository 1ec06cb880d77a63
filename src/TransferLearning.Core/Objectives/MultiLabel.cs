using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Any number of labels an example, each on its own: binary cross-entropy of logits <c>[N, K]</c> against targets <c>[N, K]</c>
/// float32, 1 where the label holds and 0 where not (or how likely it does), the mean over all of them.
/// </summary>
public sealed record MultiLabel : IObjective
{
    internal const string Name = "multi-label";

    /// <summary>
    /// For each label how much an example that has it weighs against one that has not, above 0: for rare labels. Default: none, both the
    /// same.
    /// </summary>
    public IReadOnlyList<float>? PositiveWeights { get; init; }

    /// <summary>
    /// How much each label counts, above 0; the mean still divides by the number of all, as PyTorch's. Default: none, each the same.
    /// </summary>
    public IReadOnlyList<float>? LabelWeights { get; init; }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public string Description => "binary cross-entropy";

    /// <inheritdoc/>
    public JsonObject Settings
    {
        get
        {
            JsonObject settings = [];
            if (PositiveWeights is not null) settings["positiveWeights"] = Array(PositiveWeights);
            if (LabelWeights is not null) settings["labelWeights"] = Array(LabelWeights);
            return settings;
        }
    }

    /// <inheritdoc/>
    public IAnswer Answer => new LabelProbabilities();

    /// <inheritdoc/>
    public IReadOnlyList<IMetric> Metrics => [new MultiLabelMetric()];

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var (values, truth) = (output.Values, target.Values);
        var (positive, each) = (On(values.device, PositiveWeights), On(values.device, LabelWeights));
        return (target.Find(TensorNames.Weights) is null
            ? nn.functional.binary_cross_entropy_with_logits(values, truth, each, pos_weights: positive)
            : ExampleWeights.Mean(nn.functional.binary_cross_entropy_with_logits(values, truth, each, nn.Reduction.None, positive), target))
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        Check(PositiveWeights, nameof(PositiveWeights), "positive weights", outputs);
        Check(LabelWeights, nameof(LabelWeights), "label weights", outputs);
        ExampleWeights.Validate(target);
        using var values = target.Values.contiguous();
        if (values.dtype != ScalarType.Float32 || values.dim() != 2 || values.shape[1] != outputs)
            throw new ArgumentException(
                $"Targets of several labels must be float32 of shape [N, {outputs}]; got {values.dtype} of shape "
                + $"[{string.Join(", ", values.shape)}].");
        var numbers = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (var i = 0; i < numbers.Length; i++)
            if (numbers[i] is not (>= 0 and <= 1))
                throw new ArgumentException($"A target of example {i / outputs} of the batch is {numbers[i]}; "
                    + "it is 1 where the label holds and 0 where not.");
    }

    /// <summary>Whether both have the same settings.</summary>
    public bool Equals(MultiLabel? other) => other is not null && JsonNode.DeepEquals(Settings, other.Settings);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.ToJsonString().GetHashCode(StringComparison.Ordinal);

    internal static MultiLabel Read(JsonObject settings) => new()
    {
        PositiveWeights = Floats(settings["positiveWeights"]),
        LabelWeights = Floats(settings["labelWeights"]),
    };

    private static void Check(IReadOnlyList<float>? weights, string name, string words, int outputs)
    {
        if (weights is null) return;
        if (weights.Count != outputs)
            throw new ArgumentException($"There are {weights.Count} {words} for {outputs} labels; give one for each label.");
        foreach (var weight in weights)
            if (!(weight > 0 && float.IsFinite(weight)))
                throw new ArgumentException($"A weight in {name} is {weight}; weights are above 0.");
    }

    private static Tensor? On(Device device, IReadOnlyList<float>? weights) =>
        weights is null ? null : tensor(weights.ToArray(), device: device);

    private static JsonArray Array(IReadOnlyList<float> weights) => new([.. weights.Select(weight => (JsonNode?)weight)]);

    private static float[]? Floats(JsonNode? weights) => weights is JsonArray array ? [.. array.Select(weight => (float)weight!)] : null;
}
