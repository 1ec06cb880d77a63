using System.Text;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Examples that a function gives one by one, such as rows that are read from disk: the set need not fit into memory. Batches are made of
/// them here; where examples differ in length, they are filled up and get a mask.
/// </summary>
public sealed class ExampleDataset : IDataset<ExampleDataset>
{
    private const int MostChecked = 1000;

    private readonly Func<int, EpochSeed, (TensorSet Input, TensorSet Target)> _load;
    private readonly int[]? _positions;

    /// <summary>A data set of that many examples.</summary>
    /// <param name="count">Number of examples.</param>
    /// <param name="load">
    /// Input and target of the example at a position, without the dimension of the batch: the caller of the function disposes them. Called
    /// on several threads at a time.
    /// </param>
    /// <param name="targets">What the targets are, where it is known beforehand; <see cref="UnlistedTargets"/> else.</param>
    public ExampleDataset(int count, Func<int, (TensorSet Input, TensorSet Target)> load, Targets targets)
        : this(count, load is null ? null! : (position, _) => load(position), targets, isDeterministic: true) { }

    /// <summary>A data set of that many examples, which are other ones in each epoch.</summary>
    /// <param name="count">Number of examples.</param>
    /// <param name="load">Input and target of the example at a position; what is random follows from the epoch's seed alone. The caller of
    /// the function disposes them.</param>
    /// <param name="targets">What the targets are, where it is known beforehand; <see cref="UnlistedTargets"/> else.</param>
    public ExampleDataset(int count, Func<int, EpochSeed, (TensorSet Input, TensorSet Target)> load, Targets targets)
        : this(count, load, targets, isDeterministic: false) { }

    private ExampleDataset(
        int count, Func<int, EpochSeed, (TensorSet, TensorSet)> load, Targets targets, bool isDeterministic, int[]? positions = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(targets);
        (Count, _load, Targets, IsDeterministic, _positions) = (count, load, targets, isDeterministic, positions);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Targets Targets { get; }

    /// <summary>
    /// Of the targets, and of the examples themselves as the first epoch of seed 0 has them: of all up to 1,000, of more 1,000 at even
    /// distances.
    /// </summary>
    public uint Checksum
    {
        get
        {
            var checksum = Targets.Checksum;
            var seen = Math.Min(Count, MostChecked);
            for (var i = 0; i < seen; i++)
            {
                var (input, target) = Loaded((int)((long)i * Count / seen), default);
                using (input)
                using (target)
                    foreach (var (name, tensor, _) in input.Entries.Concat(target.Entries))
                        checksum = tensor.Crc32(Crc32.Append(checksum, Encoding.UTF8.GetBytes(name)));
            }
            return checksum;
        }
    }

    /// <summary>Whether an example is the same in every epoch.</summary>
    public bool IsDeterministic { get; }

    /// <summary>How the backbone wants its input, which the examples follow; null (default): as they are.</summary>
    public InputSpec? Input { get; init; }

    /// <summary>Length of each example, so that those of like length share batches; null (default): they are not told apart.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <inheritdoc/>
    public ExampleDataset Subset(IReadOnlyList<int> indices)
    {
        Positions.Check(indices, Count);
        return new ExampleDataset(indices.Count, _load, Targets.Subset(indices), IsDeterministic, [.. indices.Select(PositionOf)])
        {
            Input = Input, Lengths = Lengths is null ? null : [.. indices.Select(i => Lengths[i])],
        };
    }

    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => input is null || input.Equals(Input)
        ? new Source(this)
        : throw new ArgumentException(
            $"The backbone wants {input.GetType().Name} input; these examples are "
            + $"{(Input is null ? "plain tensors" : "made for another")}. Say in ExampleDataset.Input what they are made "
            + "for.", nameof(input));

    private (
        TensorSet Input, TensorSet Target) Loaded(int index, EpochSeed epoch) => _load(PositionOf(index), epoch) is (not null, not null) example
        ? example : throw new InvalidOperationException($"The function gives null for the input or the target of example {PositionOf(index)}.");

    private int PositionOf(int index) => _positions is null ? index : _positions[index];

    private sealed class Source(ExampleDataset data) : IBatchSource
    {
        public int Count => data.Count;

        public bool IsDeterministic => data.IsDeterministic;

        public IReadOnlyList<int>? Lengths => data.Lengths;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            Positions.Check(indices, Count);
            using var scope = NewDisposeScope();
            List<TensorSet> inputs = [], targets = [];
            try
            {
                foreach (var index in indices)
                {
                    var (input, target) = data.Loaded(index, epoch);
                    inputs.Add(input);
                    targets.Add(target);
                }
                var batch = new Batch(Collation.Stack(inputs), Collation.Stack(targets));
                batch.Input.MoveToOuterDisposeScope();
                batch.Target.MoveToOuterDisposeScope();
                return batch;
            }
            finally
            {
                foreach (var part in inputs.Concat(targets)) part.Dispose();
            }
        }
    }
}
