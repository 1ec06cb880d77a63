using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Any number of labels an example, each on its own: binary cross-entropy of logits <c>[N, K]</c> against targets <c>[N, K]</c>
/// float32, 1 where the label holds and 0 where not (or how likely it does), the mean over all of them.
/// </summary>
public sealed record MultiLabel : IObjective
{
    /// <summary>For each label how much an example that has it weighs against one that has not, above 0: for rare labels. Default: none, both the same.</summary>
    public IReadOnlyList<float>? PositiveWeights { get; init; }

    /// <inheritdoc/>
    public string Name => "binary cross-entropy";

    /// <inheritdoc/>
    public Tensor Loss(Tensor output, Tensor target)
    {
        using var weights = PositiveWeights is null ? null : tensor(PositiveWeights.ToArray(), device: output.device);
        return nn.functional.binary_cross_entropy_with_logits(output, target, pos_weights: weights);
    }

    /// <summary>The sigmoid of the logits: each label's own probability; they do not sum to 1.</summary>
    public Tensor Probabilities(Tensor output) => output.sigmoid();

    /// <inheritdoc/>
    public void Validate(Tensor target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (PositiveWeights is not null && PositiveWeights.Count != outputs)
            throw new ArgumentException($"There are {PositiveWeights.Count} positive weights for {outputs} labels; give one for each label.");
        foreach (var weight in PositiveWeights ?? [])
            if (!(weight > 0 && float.IsFinite(weight))) throw new ArgumentException($"A weight in PositiveWeights is {weight}; weights are above 0.");
        if (target.dtype != ScalarType.Float32 || target.dim() != 2 || target.shape[1] != outputs)
            throw new ArgumentException(
                $"Targets of several labels must be float32 of shape [N, {outputs}]; got {target.dtype} of shape [{string.Join(", ", target.shape)}].");
        using var values = target.contiguous();
        foreach (var value in MemoryMarshal.Cast<byte, float>(values.bytes))
            if (value is not (>= 0 and <= 1)) throw new ArgumentException($"A target is {value}; it is 1 where the label holds and 0 where not.");
    }

    /// <inheritdoc/>
    public IMetric CreateMetric(IReadOnlyList<string> labels) => new MultiLabelMetric(labels);
}
