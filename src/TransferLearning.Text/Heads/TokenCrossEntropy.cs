using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Cross-entropy of one class a token, from logits <c>[N, T, K]</c> and class indices <c>[N, T]</c> int64. Tokens with the index
/// <see cref="Ignored"/> (padding, special tokens, the rest of a word) do not count; the loss of a batch without any other is 0.
/// </summary>
public sealed record TokenCrossEntropy : IObjective
{
    /// <summary>The class index of tokens that do not count: -100, as in the reference.</summary>
    public const long Ignored = -100;

    /// <inheritdoc/>
    public string Name => "cross-entropy of tokens";

    /// <inheritdoc/>
    public Tensor Loss(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var logits = output.flatten(0, 1);
        using var classes = target.flatten();
        using var sum = nn.functional.cross_entropy(logits, classes, ignore_index: Ignored, reduction: nn.Reduction.Sum);
        // The mean over no token would be NaN, and its gradients too.
        using var counts = classes.ne(Ignored);
        using var count = counts.sum();
        using var divisor = count.clamp_min(1);
        return sum / divisor;
    }

    /// <summary>The number of tokens that count.</summary>
    public double Weight(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var counts = target.ne(Ignored);
        using var sum = counts.sum();
        return sum.item<long>();
    }

    /// <summary>The softmax of each token's logits.</summary>
    public Tensor Probabilities(Tensor output) => nn.functional.softmax(output, -1);

    /// <inheritdoc/>
    public void Validate(Tensor target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.dtype != ScalarType.Int64 || target.dim() != 2)
            throw new ArgumentException($"Class indices of tokens must be int64 of shape [N, T]; got {target.dtype} of shape [{string.Join(", ", target.shape)}].");
        using var labels = target.contiguous();
        foreach (var label in MemoryMarshal.Cast<byte, long>(labels.bytes))
            if (label != Ignored && (label < 0 || label >= outputs))
                throw new ArgumentException($"The class index {label} is neither {Ignored} nor in 0..{outputs - 1}; the head has {outputs} outputs.");
    }

    /// <inheritdoc/>
    public IMetric CreateMetric(IReadOnlyList<string> labels) => new Metric(labels);

    /// <summary>The measures of a classifier, over the tokens that count.</summary>
    private sealed class Metric(IReadOnlyList<string> labels) : IMetric
    {
        private readonly ClassificationMetric _tokens = new(labels);

        public void Add(Tensor output, Tensor target)
        {
            using var scope = NewDisposeScope();
            var counts = target.ne(Ignored);
            _tokens.Add(output[counts], target[counts]);
        }

        public Evaluation Compute() => _tokens.Compute();
    }
}
