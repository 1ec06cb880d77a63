using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TransferLearning;

namespace Snippets.Signals;

// snippet: signal-dataset
/// <summary>Signals, and what is to be predicted of each. Immutable.</summary>
public sealed class SignalDataset(IEnumerable<float[]> signals, Targets targets, params IReadOnlyList<ISignalAugmentation> augmentations)
    : IDataset<SignalDataset>
{
    private readonly List<float[]> _signals = [.. signals];

    public int Count => _signals.Count;

    public Targets Targets { get; } = targets;

    public uint Checksum => BitConverter.ToUInt32(SHA256.HashData(MemoryMarshal.AsBytes<float>([.. _signals.SelectMany(signal => signal)]))) ^ Targets.Checksum;

    public SignalDataset Subset(IReadOnlyList<int> indices) => new([.. indices.Select(i => _signals[i])], Targets.Subset(indices), augmentations);

    public SignalDataset WithAugmentation(params IReadOnlyList<ISignalAugmentation> added) => new(_signals, Targets, added);

    public IBatchSource Prepare(InputSpec? input)
    {
        if (Targets.Count is { } count && count != Count) throw new ArgumentException($"There are {Count} signals and {count} targets.");
        return input is SignalSpec spec ? new Source(_signals, Targets, augmentations, spec) : throw new ArgumentException(
            $"The backbone wants {input?.GetType().Name ?? "tensors"}, and these are signals: take one of SignalBackbones.", nameof(input));
    }

    private sealed class Source(List<float[]> signals, Targets targets, IReadOnlyList<ISignalAugmentation> augmentations, SignalSpec spec) : IBatchSource
    {
        public int Count => signals.Count;

        public bool IsDeterministic => augmentations.Count == 0;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            var loaded = new float[indices.Length][];
            for (var i = 0; i < loaded.Length; i++)
            {
                loaded[i] = signals[indices[i]];
                var random = epoch.ForExample(indices[i]);
                foreach (var augmentation in augmentations) loaded[i] = augmentation.Apply(loaded[i], ref random);
            }
            return new Batch(spec.Prepare(loaded), targets.Gather(indices));
        }
    }
}
// end-snippet
