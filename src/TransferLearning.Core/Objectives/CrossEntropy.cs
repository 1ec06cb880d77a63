using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Cross-entropy of one class an example, from logits <c>[N, K]</c> and class indices <c>[N]</c> int64.</summary>
public sealed record CrossEntropy : IObjective
{
    /// <summary>
    /// Share of the target spread evenly over all classes, in [0, 1): the true class gets 1 - e + e/K, the others e/K
    /// (Szegedy et al., "Rethinking the Inception architecture", 2016). Default 0.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Weight of each class, 0 or more; the mean divides by the weights of the targets. Default: none, every example counts the same.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <inheritdoc/>
    public string Name => LabelSmoothing > 0 ? FormattableString.Invariant($"cross-entropy, label smoothing {LabelSmoothing}") : "cross-entropy";

    /// <inheritdoc/>
    public Tensor Loss(Tensor output, Tensor target)
    {
        // A mean over nothing would be NaN, and its gradients too.
        if (ClassWeights?.Contains(0) == true && Weight(target) == 0) return output.mul(0).sum();
        using var weights = ClassWeights is null ? null : tensor(ClassWeights.ToArray(), device: output.device);
        return nn.functional.cross_entropy(output, target, weights, label_smoothing: LabelSmoothing);
    }

    /// <summary>The number of examples, or the sum of the weights of their classes.</summary>
    public double Weight(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (ClassWeights is null) return target.shape[0];
        using var labels = target.cpu();
        using var row = labels.contiguous();
        var sum = 0.0;
        foreach (var label in MemoryMarshal.Cast<byte, long>(row.bytes)) sum += ClassWeights[(int)label];
        return sum;
    }

    /// <summary>The softmax of the logits.</summary>
    public Tensor Probabilities(Tensor output) => nn.functional.softmax(output, -1);

    /// <inheritdoc/>
    public void Validate(Tensor target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (LabelSmoothing is not (>= 0 and < 1)) throw new ArgumentException($"LabelSmoothing is {LabelSmoothing}; it is from 0 to below 1.");
        foreach (var weight in ClassWeights ?? [])
            if (!(weight >= 0 && float.IsFinite(weight))) throw new ArgumentException($"A weight in ClassWeights is {weight}; weights are 0 or more.");
        if (ClassWeights is not null && ClassWeights.Count != outputs)
            throw new ArgumentException($"There are {ClassWeights.Count} class weights for {outputs} classes; give one for each class.");
        if (target.dtype != ScalarType.Int64 || target.dim() != 1)
            throw new ArgumentException(
                $"Class indices must be int64 of shape [N]; got {target.dtype} of shape [{string.Join(", ", target.shape)}].");
        using var labels = target.contiguous();
        foreach (var label in MemoryMarshal.Cast<byte, long>(labels.bytes))
            if (label < 0 || label >= outputs)
                throw new ArgumentException($"The class index {label} is outside 0..{outputs - 1}; the head has {outputs} outputs.");
    }

    /// <inheritdoc/>
    public IMetric CreateMetric(IReadOnlyList<string> labels) => new ClassificationMetric(labels);
}
