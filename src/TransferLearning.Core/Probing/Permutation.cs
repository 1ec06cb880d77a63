using System.Numerics;

namespace TransferLearning;

/// <summary>
/// A random order of 0 .. count - 1 that takes no memory: a Feistel network of four rounds over the next larger power of four,
/// walked until it comes back into range (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
/// </summary>
internal readonly struct Permutation(long count, ulong key)
{
    private readonly int _halfBits = Math.Max(1, (BitOperations.Log2((ulong)Math.Max(1, count - 1)) + 2) / 2);

    /// <summary>What stands at that place of the order.</summary>
    public long this[long place]
    {
        get
        {
            var value = (ulong)place;
            do value = Mix(value);
            while (value >= (ulong)count);
            return (long)value;
        }
    }

    private ulong Mix(ulong value)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = (value >> _halfBits, value & mask);
        for (var round = 0UL; round < 4; round++)
            (left, right) = (right, left ^ (new SplitMix64(key, round, right).NextUInt64() & mask));
        return left << _halfBits | right;
    }
}
