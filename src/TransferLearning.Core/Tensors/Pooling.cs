using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Makes one vector <c>[N, D]</c> for each example of a map or a sequence. Padded positions do not count.</summary>
public static class Pooling
{
    /// <summary>
    /// The mean: vectors <c>[N, D]</c> stay, a map <c>[N, D, H, W]</c> is averaged over its positions, a sequence <c>[N, T, D]</c> over its
    /// real ones (zeros where none is real). The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="ArgumentException">The values have another number of dimensions.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public static Tensor Mean(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        var values = hidden.Values;
        return values.dim() switch
        {
            2 => values.alias(),
            3 => MaskedMean(values, hidden.Mask),
            4 => values.mean([2, 3]),
            _ => throw new ArgumentException(
                $"The backbone gave features of shape [{string.Join(", ", values.shape)}]; heads read [N, D], [N, T, D] or [N, D, H, W]."),
        };
    }

    /// <summary>
    /// The first real position of each sequence <c>[N, T, D]</c>, the first of all where none is real. The result belongs to the current
    /// dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public static Tensor First(TensorSet sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var (values, mask) = (sequence.Values, sequence.Mask);
        if (mask is null) return values.select(1, 0);
        using var scope = NewDisposeScope();
        var first = mask.to_type(ScalarType.Int64).argmax(1).view(-1, 1, 1).expand(-1, 1, values.size(2));
        return values.gather(1, first).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The largest value of each feature over the real positions of a sequence <c>[N, T, D]</c>, zeros where none is real. The result
    /// belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public static Tensor Max(TensorSet sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var (values, mask) = (sequence.Values, sequence.Mask);
        if (mask is null) return values.amax([1]);
        using var scope = NewDisposeScope();
        var real = values.masked_fill(mask.logical_not().unsqueeze(-1), float.NegativeInfinity).amax([1]);
        return real.masked_fill(mask.any(1, keepdim: true).logical_not(), 0).MoveToOuterDisposeScope();
    }

    private static Tensor MaskedMean(Tensor sequence, Tensor? mask)
    {
        if (mask is null) return sequence.mean([1]);
        using var scope = NewDisposeScope();
        var weights = mask.to_type(sequence.dtype).unsqueeze(-1);
        return ((sequence * weights).sum(1) / weights.sum(1).clamp_min(1)).MoveToOuterDisposeScope();
    }
}
