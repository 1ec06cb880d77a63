using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What a backbone knows of its input, for a head to read.</summary>
/// <remarks>Does not copy: the tensors belong to the dispose scope in which the backbone computed them.</remarks>
/// <param name="pooled">One vector for each example, <c>[N, D]</c>.</param>
/// <param name="map">What was pooled: a map <c>[N, D, H, W]</c> or a sequence <c>[N, T, D]</c>; null where only vectors are kept (a cache).</param>
/// <param name="mask"><c>[N, T]</c> bool for a padded sequence, else null.</param>
public sealed class Features(Tensor pooled, Tensor? map = null, Tensor? mask = null)
{
    /// <summary>One vector for each example, <c>[N, D]</c>.</summary>
    public Tensor Pooled { get; } = pooled ?? throw new ArgumentNullException(nameof(pooled));

    /// <summary>A map <c>[N, D, H, W]</c> or a sequence <c>[N, T, D]</c>; null where only vectors are kept.</summary>
    public Tensor? Map { get; } = map;

    /// <summary><c>[N, T]</c> bool for a padded sequence, true where a position is real; else null.</summary>
    public Tensor? Mask { get; } = mask;

    /// <summary>
    /// Pools by the mean: vectors <c>[N, D]</c> stay, a map <c>[N, D, H, W]</c> is averaged over its positions,
    /// a sequence <c>[N, T, D]</c> over its real ones. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="ArgumentException">The values have another number of dimensions.</exception>
    public static Features Average(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        var values = hidden.Values;
        return values.dim() switch
        {
            2 => new Features(values),
            3 => new Features(MaskedMean(values, hidden.Mask), values, hidden.Mask),
            4 => new Features(values.mean([2, 3]), values),
            _ => throw new ArgumentException(
                $"The backbone gave features of shape [{string.Join(", ", values.shape)}]; heads read [N, D], [N, T, D] or [N, D, H, W]."),
        };
    }

    /// <summary>The first real position of each sequence <c>[N, T, D]</c>, as <c>[N, D]</c> in the current dispose scope; the first of all where none is real.</summary>
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
    /// The largest value of each feature over the real positions of a sequence <c>[N, T, D]</c>, as <c>[N, D]</c> in the current dispose
    /// scope; zeros where none is real.
    /// </summary>
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
        var mean = (sequence * weights).sum(1) / weights.sum(1).clamp_min(1);
        return mean.MoveToOuterDisposeScope();
    }
}
