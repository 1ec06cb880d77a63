namespace TransferLearning;

/// <summary>The features and targets of all examples at a stage of a model.</summary>
internal sealed class FeatureStore(int stage, int count) : IDisposable
{
    public int Stage => stage;

    public int Count => count;

    public NamedRows Inputs { get; } = new(count);

    public NamedRows Targets { get; } = new(count);

    public long Bytes => Inputs.Bytes + Targets.Bytes;

    /// <summary>The batch of the examples at these positions; the caller owns it.</summary>
    public Batch Gather(ReadOnlySpan<int> positions) => new(Inputs.Gather(positions), Targets.Gather(positions));

    public void Dispose()
    {
        Inputs.Dispose();
        Targets.Dispose();
    }
}

/// <summary>The rows of a set of tensors by their names. Masks are not kept: they follow from the lengths of the rows.</summary>
internal sealed class NamedRows(int count) : IDisposable
{
    private readonly Dictionary<string, RowStore> _rows = [];
    private readonly List<(string Name, double Padding)> _names = [];

    public long Bytes => _rows.Values.Sum(rows => rows.Bytes);

    /// <summary>Adds a batch; false where it cannot be kept: its padding is not on the right.</summary>
    public bool TryAdd(ReadOnlySpan<int> positions, TensorSet batch)
    {
        var masks = batch.Names.Select(TensorNames.MaskOf).ToHashSet();
        foreach (var (name, tensor, padding) in batch.Entries.Where(entry => !masks.Contains(entry.Name)))
        {
            if (!_rows.TryGetValue(name, out var rows))
            {
                _rows[name] = rows = new RowStore(count, padding);
                _names.Add((name, padding));
            }
            if (!rows.TryAdd(positions, tensor, batch.Find(TensorNames.MaskOf(name)))) return false;
        }
        return true;
    }

    /// <summary>The tensors of the examples at these positions; the caller owns them.</summary>
    public TensorSet Gather(ReadOnlySpan<int> positions)
    {
        TensorSet? gathered = null;
        foreach (var (name, padding) in _names)
        {
            var (values, mask) = _rows[name].Gather(positions);
            gathered = (
                gathered is null ? new TensorSet(values).WithPadding(padding) : gathered.With(name, values, padding)).With(
                    TensorNames.MaskOf(name), mask);
        }
        return gathered!;
    }

    public void Dispose()
    {
        foreach (var rows in _rows.Values) rows.Dispose();
    }
}
