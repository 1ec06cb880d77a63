using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Tensors of your own as a labelled data set.</summary>
/// <remarks>Borrows the tensor: it must live as long as the data set and its subsets are used.</remarks>
public sealed class TensorDataset : ILabelledDataset<TensorDataset>
{
    private readonly TensorRows _rows;
    private readonly TensorRows? _targets;
    private readonly int[] _positions;

    /// <summary>A data set over the rows of a tensor.</summary>
    /// <param name="values">One example a row, <c>[N, ...]</c>, contiguous, on the CPU.</param>
    /// <param name="labels">Class index of each row.</param>
    /// <param name="classNames">Names of the classes in order.</param>
    /// <exception cref="ArgumentException">The counts differ, a label is out of range, or the tensor is not contiguous on the CPU.</exception>
    public TensorDataset(Tensor values, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
        : this(
            new TensorRows(values ?? throw new ArgumentNullException(nameof(values))),
            [.. Enumerable.Range(0, labels?.Count ?? throw new ArgumentNullException(nameof(labels)))], [.. labels], classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (values.shape[0] != labels.Count)
            throw new ArgumentException($"There are {values.shape[0]} rows and {labels.Count} labels; give one label for each row.");
        for (var i = 0; i < labels.Count; i++)
            if (labels[i] < 0 || labels[i] >= classNames.Count)
                throw new ArgumentException($"The label {labels[i]} of row {i} is outside 0..{classNames.Count - 1}: there are {classNames.Count} class names.");
    }

    private TensorDataset(TensorRows rows, int[] positions, IReadOnlyList<int> labels, IReadOnlyList<string> classNames, TensorRows? targets = null) =>
        (_rows, _positions, Labels, ClassNames, _targets) = (rows, positions, labels, classNames, targets);

    /// <summary>A data set whose targets are numbers: for <see cref="MultiLabel"/> and <see cref="Regression"/>.</summary>
    /// <param name="values">One example a row, <c>[N, ...]</c>, contiguous, on the CPU; borrowed.</param>
    /// <param name="targets">The targets of each row, <c>[N, K]</c> or <c>[N]</c> float32, contiguous, on the CPU; borrowed.</param>
    /// <param name="names">Names of the labels or values in order; null (default): not known, so that they are not compared with the model's.</param>
    /// <exception cref="ArgumentException">The counts differ, or a tensor is of another type or not contiguous on the CPU.</exception>
    public static TensorDataset WithTargets(Tensor values, Tensor targets, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(targets);
        var (rows, targetRows) = (new TensorRows(values), new TensorRows(targets));
        if (targets.dtype != ScalarType.Float32) throw new ArgumentException($"Targets are float32; got {targets.dtype}. For class indices use the constructor.");
        if (values.shape[0] != targets.shape[0])
            throw new ArgumentException($"There are {values.shape[0]} rows and {targets.shape[0]} targets; give one target for each row.");
        if (names is not null && names.Count != targets.numel() / Math.Max(1, targets.shape[0]))
            throw new ArgumentException($"There are {names.Count} names and targets of shape [{string.Join(", ", targets.shape)}]; give one name for each column.");
        return new TensorDataset(rows, [.. Enumerable.Range(0, rows.Count)], [], names ?? [], targetRows);
    }

    /// <inheritdoc/>
    public int Count => _positions.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Labels { get; }

    /// <inheritdoc/>
    public TensorDataset Subset(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
            if (index < 0 || index >= Count) throw new ArgumentOutOfRangeException(nameof(indices), index, $"The data set has {Count} examples, numbered from 0.");
        return new TensorDataset(_rows, [.. indices.Select(i => _positions[i])], _targets is null ? [.. indices.Select(i => Labels[i])] : [], ClassNames, _targets);
    }

    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => input is null
        ? new Source(this)
        : throw new ArgumentException($"The backbone wants {input.GetType().Name} input, which tensors are not: use the data set of its layer, or a backbone without an input specification.");

    private sealed class Source(TensorDataset data) : IBatchSource
    {
        public int Count => data.Count;

        public bool IsDeterministic => true;

        public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
        {
            var rows = new int[indices.Length];
            for (var i = 0; i < indices.Length; i++) rows[i] = data._positions[indices[i]];
            return new Batch(new TensorSet(data._rows.Gather(rows)), data._targets?.Gather(rows) ?? Classes(indices));
        }

        private Tensor Classes(ReadOnlySpan<int> indices)
        {
            var labels = new long[indices.Length];
            for (var i = 0; i < indices.Length; i++) labels[i] = data.Labels[indices[i]];
            return tensor(labels);
        }
    }
}
