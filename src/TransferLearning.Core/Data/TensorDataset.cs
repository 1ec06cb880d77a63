using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Tensors of your own as a data set.</summary>
/// <remarks>Borrows the tensor: it must live as long as the data set and its subsets are used.</remarks>
public sealed class TensorDataset : IDataset<TensorDataset>
{
    private readonly TensorRows _rows;
    private readonly int[] _positions;

    /// <summary>The rows of a tensor, with a class each.</summary>
    /// <param name="values">One example a row, <c>[N, ...]</c>, contiguous, on the CPU.</param>
    /// <param name="labels">Class index of each row.</param>
    /// <param name="classNames">Names of the classes in order.</param>
    /// <exception cref="ArgumentException">The counts differ, a label is out of range, or the tensor is not contiguous on the
    /// CPU.</exception>
    public TensorDataset(Tensor values, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
        : this(values, Targets.Classes(labels, classNames), labels?.Count) { }

    /// <summary>The rows of a tensor, with targets of any kind.</summary>
    /// <param name="values">One example a row, <c>[N, ...]</c>, contiguous, on the CPU.</param>
    /// <param name="targets">The targets of the rows; <see cref="InputTargets"/>: the rows themselves.</param>
    /// <exception cref="ArgumentException">The counts differ, or the tensor is not contiguous on the CPU.</exception>
    public TensorDataset(Tensor values, Targets targets) : this(values, targets, targets?.Count) { }

    private TensorDataset(Tensor values, Targets targets, int? count)
        : this(
            new TensorRows(values ?? throw new ArgumentNullException(nameof(values))), [.. Enumerable.Range(0, checked((int)values.shape[0]))], targets)
    {
        if (count is { } given && given != Count)
            throw new ArgumentException($"There are {Count} rows and {given} labels; give one label for each row.", nameof(targets));
    }

    private TensorDataset(TensorRows rows, int[] positions, Targets targets) =>
        (_rows, _positions, Targets) = (rows, positions, targets ?? throw new ArgumentNullException(nameof(targets)));

    /// <inheritdoc/>
    public int Count => _positions.Length;

    /// <inheritdoc/>
    public Targets Targets { get; }

    /// <inheritdoc/>
    public uint Checksum => _rows.Checksum(_positions) ^ Targets.Checksum;

    /// <inheritdoc/>
    public TensorDataset Subset(IReadOnlyList<int> indices)
    {
        Positions.Check(indices, Count);
        return new TensorDataset(_rows, [.. indices.Select(i => _positions[i])], Targets.Subset(indices));
    }

    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => input is null
        ? new Source(this)
        : throw new ArgumentException(
            $"The backbone wants {input.GetType().Name} input, which tensors are not: use the data set of its layer, or a backbone "
            + "without an input specification.", nameof(input));

    private sealed class Source(TensorDataset data) : IBatchSource
    {
        public int Count => data.Count;

        public bool IsDeterministic => true;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            Positions.Check(indices, Count);
            var rows = new int[indices.Length];
            for (var i = 0; i < indices.Length; i++) rows[i] = data._positions[indices[i]];
            var input = data._rows.Gather(rows);
            return new Batch(input, data.Targets is InputTargets ? input.alias().DetachFromDisposeScope() : data.Targets.Gather(indices));
        }
    }
}
