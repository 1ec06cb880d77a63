using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// The keys and values of the positions that a decoder has read, so that the next position computes its own alone. Grows in place: memory
/// is doubled when it is full. One for each layer and run; not thread-safe. Without gradients.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private Tensor? _keys, _values;

    /// <summary>Number of positions kept.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Keeps keys and values <c>[N, H, T, d]</c> of the next T positions and gives those of all, views <c>[N, H, <see cref="Length"/>,
    /// d]</c> that belong to the current dispose scope and are valid until the cache is disposed.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public (Tensor Keys, Tensor Values) Append(Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        var start = Length;
        Length += keys.size(2);
        return (Write(ref _keys, keys, start), Write(ref _values, values, start));
    }

    /// <summary>Forgets the positions from a length on; the memory stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public void Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Disposes the memory.</summary>
    public void Dispose()
    {
        _keys?.Dispose();
        _values?.Dispose();
    }

    private Tensor Write(ref Tensor? kept, Tensor added, long start)
    {
        using var _ = no_grad();
        if (kept is null || kept.size(2) < Length) kept = Grown(kept, added, start);
        using var place = kept.narrow(2, start, Length - start);
        place.copy_(added);
        return kept.narrow(2, 0, Length);
    }

    private Tensor Grown(Tensor? kept, Tensor added, long start)
    {
        var grown = empty(
            [added.size(0), added.size(1), Math.Max(Length, 2 * start), added.size(3)], added.dtype, added.device).DetachFromDisposeScope();
        if (kept is null) return grown;
        using (kept)
        using (var from = kept.narrow(2, 0, start))
        using (var to = grown.narrow(2, 0, start))
            to.copy_(from);
        return grown;
    }
}
