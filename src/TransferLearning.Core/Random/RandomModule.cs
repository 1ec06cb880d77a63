using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What random modules draw.</summary>
public static class RandomModule
{
    /// <summary>The next 64 random bits of the run, or of torch's own generator outside of one.</summary>
    public static ulong NextUInt64(this IRandomModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (module.Random is not null) return module.Random.NextUInt64();
        using var seed = randint(long.MinValue, long.MaxValue, [1], ScalarType.Int64);
        return (ulong)seed.item<long>();
    }
}
