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
}
