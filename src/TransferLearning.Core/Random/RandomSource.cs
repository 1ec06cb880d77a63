using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// The random numbers of one run: what its layers draw from, so that nothing outside the run changes them and they change nothing outside.
/// The <see cref="Trainer"/> sets it to a state of the seed and the step alone before each step.
/// </summary>
public sealed class RandomSource
{
    private SplitMix64 _numbers;

    /// <summary>The stream of that address.</summary>
    public RandomSource(long seed = 0, long step = 0) => MoveTo(seed, step);

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64() => _numbers.NextUInt64();

    /// <summary>A generator of torch's seeded with the next number, for an operation on that device. The caller disposes it.</summary>
    public Generator NextGenerator(Device device) => new(NextUInt64(), device);

    /// <summary>Goes to the beginning of the numbers of a step.</summary>
    internal void MoveTo(long seed, long step) => _numbers = new SplitMix64(unchecked((ulong)seed), unchecked((ulong)step), 0x5D0);
}
