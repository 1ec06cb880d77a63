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

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public string Description => "binary cross-entropy";

    /// <inheritdoc/>
    public JsonObject Settings =>
        PositiveWeights is null
            ? []
            : new() { ["positiveWeights"] = new JsonArray([.. PositiveWeights.Select(weight => (JsonNode?)weight)]) };

    /// <inheritdoc/>
    public IAnswer Answer => new LabelProbabilities();

    /// <inheritdoc/>
    public IReadOnlyList<IMetric> Metrics => [new MultiLabelMetric()];

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var positive = PositiveWeights is null ? null : tensor(PositiveWeights.ToArray(), device: output.Values.device);
        if (target.Find(TensorNames.Weights) is null)
            return nn.functional.binary_cross_entropy_with_logits(output.Values, target.Values, pos_weights: positive);
        using var losses = nn.functional.binary_cross_entropy_with_logits(
            output.Values, target.Values, reduction: nn.Reduction.None, pos_weights: positive);
        return ExampleWeights.Mean(losses, target);
    }

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (PositiveWeights is not null && PositiveWeights.Count != outputs)
            throw new ArgumentException(
                $"There are {PositiveWeights.Count} positive weights for {outputs} labels; give one for each label.");
        foreach (var weight in PositiveWeights ?? [])
            if (!(weight > 0 && float.IsFinite(weight)))
                throw new ArgumentException($"A weight in PositiveWeights is {weight}; weights are above 0.");
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
        PositiveWeights = settings["positiveWeights"] is JsonArray weights ? [.. weights.Select(weight => (float)weight!)] : null,
    };
}
