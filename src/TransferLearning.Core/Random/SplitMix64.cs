namespace TransferLearning;

/// <summary>
/// A reproducible stream of random numbers addressed by (seed, epoch, index): SplitMix64 (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014) seeded with a hash of the three.
/// </summary>
/// <remarks>A mutable value: pass it by reference. Not for cryptography.</remarks>
public struct SplitMix64
{
    private ulong _state;

    /// <summary>Creates the stream of that address.</summary>
    public SplitMix64(ulong seed, ulong epoch = 0, ulong index = 0) => _state = Mix(Mix(Mix(seed) + epoch) + index);

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>A double in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A double in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + NextDouble() * (high - low);

    /// <summary>An integer in [0, <paramref name="bound"/>), without bias.</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var limit = ulong.MaxValue - ulong.MaxValue % (ulong)bound;
        ulong bits;
        do bits = NextUInt64();
        while (bits >= limit);
        return (int)(bits % (ulong)bound);
    }

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
