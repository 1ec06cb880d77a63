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
        CheckNames(examples);
        var masks = examples[0].Names.Select(TensorNames.MaskOf).ToHashSet();
        foreach (var (name, first, padding) in examples[0].Entries)
        {
            Tensor[] rows = [.. examples.Select(example => example[name])];
            if (rows.FirstOrDefault(row => row.dtype != first.dtype || row.dim() != first.dim() || row.dim() > 1 && !row.shape.AsSpan(1).SequenceEqual(first.shape.AsSpan(1))) is { } other)
                throw new ArgumentException(
                    $"An example's '{name}' is {other.dtype} [{string.Join(", ", other.shape)}] and another's {first.dtype} "
                    + $"[{string.Join(", ", first.shape)}]: only the first dimension may differ within a batch.");
            var longest = first.dim() == 0 ? 0 : rows.Max(row => row.shape[0]);
            var isEven = first.dim() == 0 || rows.All(row => row.shape[0] == longest);
            var values = isEven ? stack(rows) : Filled(rows, longest, padding);
            batch = batch is null ? new TensorSet(values).WithPadding(padding) : batch.With(name, values, padding);
            // A mask of the examples' own is filled up itself.
            if (isEven || masks.Contains(name) || examples[0].Find(TensorNames.MaskOf(name)) is not null) continue;
            batch = batch.With(
                TensorNames.MaskOf(name), arange(longest) < tensor(Array.ConvertAll(rows, row => row.shape[0])).unsqueeze(1));
        }
        return batch!.MoveToOuterDisposeScope();
    }

    private static void CheckNames(IReadOnlyList<TensorSet> examples)
    {
        var names = examples[0].Names.ToHashSet();
        foreach (var (i, example) in examples.Index())
        {
            if (names.Except(example.Names).FirstOrDefault() is { } missing)
                throw new ArgumentException(
                    $"Example {i} of the batch has no tensor '{missing}', and the first has: give every example the same names.");
            if (example.Names.Except(names).FirstOrDefault() is { } other)
                throw new ArgumentException(
                    $"Example {i} of the batch has a tensor '{other}', and the first has not: give every example the same names.");
        }
    }

    private static Tensor Filled(Tensor[] rows, long longest, double padding)
    {
        var filled = full([rows.Length, longest, .. rows[0].shape[1..]], padding, dtype: rows[0].dtype);
        for (var i = 0; i < rows.Length; i++) filled[i].narrow(0, 0, rows[i].shape[0]).copy_(rows[i]);
        return filled;
    }
}
