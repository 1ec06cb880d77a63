using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Tensors out of a file as the values of a run's own: copied where they are alike, never stretched or converted.</summary>
internal static class SavedTensors
{
    /// <summary>The saved value of a tensor of this run.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is of another shape or type.</exception>
    public static Tensor For(this IReadOnlyDictionary<string, Tensor> saved, Tensor target, string name) =>
        saved[name] is var value && value.dtype == target.dtype && value.shape.AsSpan().SequenceEqual(target.shape)
            ? value
            : throw new InvalidDataException(
                $"'{name}' is {value.dtype} [{string.Join(", ", value.shape)}], where {target.dtype} "
                + $"[{string.Join(", ", target.shape)}] is expected.");

    /// <summary>Takes over the saved value.</summary>
    /// <inheritdoc cref="For"/>
    public static void Restore(this Tensor target, IReadOnlyDictionary<string, Tensor> saved, string name) =>
        target.copy_(saved.For(target, name));
}
