using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Makes a batch of single examples.</summary>
internal static class Collation
{
    /// <summary>
    /// The tensors of each name one below the other, <c>[N, ...]</c>. Where their first dimensions differ they are filled up to the
    /// longest, and a mask says what is real. The caller owns the result; the examples stay their owner's.
    /// </summary>
    /// <exception cref="ArgumentException">The examples have other names or shapes than the first.</exception>
    public static TensorSet Stack(IReadOnlyList<TensorSet> examples)
    {
        using var scope = NewDisposeScope();
        TensorSet? batch = null;
        foreach (var (name, first, padding) in examples[0].Entries)
        {
            Tensor[] rows = [.. examples.Select((example, i) => example.Find(name)
                ?? throw new ArgumentException($"Example {i} of the batch has no tensor '{name}', and the first has: give every example the same names."))];
            if (rows.FirstOrDefault(row => row.dim() != first.dim() || row.dim() > 1 && !row.shape.AsSpan(1).SequenceEqual(first.shape.AsSpan(1))) is { } other)
                throw new ArgumentException($"An example's '{name}' is [{string.Join(", ", other.shape)}] and another's [{string.Join(", ", first.shape)}]: only the first dimension may differ within a batch.");
            var longest = first.dim() == 0 ? 0 : rows.Max(row => row.shape[0]);
            var isEven = first.dim() == 0 || rows.All(row => row.shape[0] == longest);
            var values = isEven ? stack(rows) : Filled(rows, longest, padding);
            batch = batch is null ? values : batch.With(name, values, padding);
            if (!isEven) batch = batch.With(TensorNames.MaskOf(name), arange(longest) < tensor(Array.ConvertAll(rows, row => row.shape[0])).unsqueeze(1));
        }
        return batch!.MoveToOuterDisposeScope();
    }

    private static Tensor Filled(Tensor[] rows, long longest, double padding)
    {
        var filled = full([rows.Length, longest, .. rows[0].shape[1..]], padding, dtype: rows[0].dtype);
        for (var i = 0; i < rows.Length; i++) filled[i].narrow(0, 0, rows[i].shape[0]).copy_(rows[i]);
        return filled;
    }
}
