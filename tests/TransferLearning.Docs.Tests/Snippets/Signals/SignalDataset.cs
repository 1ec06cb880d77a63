using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TransferLearning;

namespace Snippets.Signals;

// snippet: signal-dataset
/// <summary>Signals, and what is to be predicted of them. Immutable.</summary>
public sealed class SignalDataset : IDataset<SignalDataset>
{
    private readonly List<float[]> _signals;
    private readonly IReadOnlyList<ISignalAugmentation> _augmentations;

    public SignalDataset(IEnumerable<float[]> signals, Targets targets, params IReadOnlyList<ISignalAugmentation> augmentations)
    {
        (_signals, Targets, _augmentations) = ([.. signals], targets, augmentations);
        if (targets.Count is { } count && count != Count) throw new ArgumentException($"There are {Count} signals and {count} targets.", nameof(targets));
    }

    public int Count => _signals.Count;

    public Targets Targets { get; }

    public uint Checksum
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var signal in _signals) hash.AppendData(MemoryMarshal.AsBytes<float>(signal));
            return BitConverter.ToUInt32(hash.GetHashAndReset()) ^ Targets.Checksum;
        }
    }

    public SignalDataset Subset(IReadOnlyList<int> indices) => new([.. indices.Select(i => _signals[i])], Targets.Subset(indices), _augmentations);

    public SignalDataset WithAugmentation(params IReadOnlyList<ISignalAugmentation> augmentations) => new(_signals, Targets, augmentations);

    public IBatchSource Prepare(InputSpec? input) => input is SignalSpec spec
        ? new Source(this, spec)
        : throw new ArgumentException($"The backbone wants {input?.GetType().Name ?? "tensors"}, and these are signals: take one of SignalBackbones.", nameof(input));

    private sealed class Source(SignalDataset data, SignalSpec spec) : IBatchSource
    {
        public int Count => data.Count;

        public bool IsDeterministic => data._augmentations.Count == 0;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            var signals = new float[indices.Length][];
            for (var i = 0; i < signals.Length; i++)
            {
                signals[i] = data._signals[indices[i]];
                var random = epoch.ForExample(indices[i]);
                foreach (var augmentation in data._augmentations) signals[i] = augmentation.Apply(signals[i], ref random);
            }
            return new Batch(spec.Prepare(signals), data.Targets.Gather(indices));
        }
    }
}
// end-snippet
