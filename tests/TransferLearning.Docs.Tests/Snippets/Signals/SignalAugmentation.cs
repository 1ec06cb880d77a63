using TransferLearning;

namespace Snippets.Signals;

// snippet: signal-augmentation
/// <summary>A random change of training signals. It decides by the signal and the given numbers alone, and leaves the signal as it is.</summary>
public interface ISignalAugmentation
{
    float[] Apply(float[] signal, ref SplitMix64 random);
}

/// <summary>Moves a signal in time; what leaves at the end comes back at the beginning.</summary>
public sealed record RandomShift : ISignalAugmentation
{
    public float[] Apply(float[] signal, ref SplitMix64 random)
    {
        var shift = random.NextInt(signal.Length);
        return [.. signal[shift..], .. signal[..shift]];
    }
}
// end-snippet
