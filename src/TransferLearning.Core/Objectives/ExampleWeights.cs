using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How much the examples of a batch count, where a target says so.</summary>
internal static class ExampleWeights
{
    /// <summary>
    /// The mean over the examples of what each of them loses, <c>[N, ...]</c>, by their weights. The result belongs to the current dispose
    /// scope.
    /// </summary>
    public static Tensor Mean(Tensor losses, TensorSet target)
    {
        using var scope = NewDisposeScope();
        var examples = losses.dim() > 1 ? losses.flatten(1).mean([1]) : losses;
        var weights = target[TensorNames.Weights];
        return (examples.mul(weights).sum() / Divisor(weights.sum())).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What a sum of losses is divided by: 1 where nothing counts, so that the mean and its gradients are 0, where torch's are NaN.
    /// </summary>
    public static Tensor Divisor(Tensor sum) => sum + sum.eq(0);

    /// <exception cref="ArgumentException">The weights are no float32 <c>[N]</c>, or one is negative or not finite.</exception>
    public static void Validate(TensorSet target)
    {
        if (target.Find(TensorNames.Weights) is not { } weights) return;
        if (weights.dtype != ScalarType.Float32 || weights.dim() != 1 || weights.shape[0] != target.Count)
            throw new ArgumentException(
                $"Weights of {target.Count} examples must be float32 of shape [{target.Count}]; got {weights.dtype} of shape "
                + $"[{string.Join(", ", weights.shape)}].");
        using var values = weights.contiguous();
        var numbers = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (var i = 0; i < numbers.Length; i++)
            if (!(numbers[i] >= 0 && float.IsFinite(numbers[i])))
                throw new ArgumentException($"The weight of example {i} of the batch is {numbers[i]}; "
                    + "weights are finite numbers of 0 or more.");
    }
}
