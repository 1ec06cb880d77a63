using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Targets of different lengths: values <c>[N, T]</c> int64, and how many of each row are real as <see cref="TensorNames.Lengths"/>
/// <c>[N]</c> int64.
/// </summary>
public abstract class RaggedTargets : Targets
{
    /// <summary>Stands for no class: what the loss passes over.</summary>
    public const long Ignored = -100;

    private readonly long[][] _rows;

    private protected RaggedTargets(long[][] rows, IReadOnlyList<string> names) : base(names) => _rows = rows;

    /// <summary>The row of each example.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Rows => _rows;

    /// <inheritdoc/>
    public override int? Count => _rows.Length;

    /// <inheritdoc/>
    public override uint Checksum => ChecksumOf(_rows);

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions)
    {
        Positions.Check(positions, _rows.Length);
        var lengths = new long[positions.Length];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = _rows[positions[i]].Length;
        var longest = lengths.Length == 0 ? 0 : lengths.Max();
        var values = new long[lengths.Length * longest];
        Array.Fill(values, Ignored);
        for (var i = 0; i < lengths.Length; i++) _rows[positions[i]].CopyTo(values, i * longest);
        return TensorSet.FromTensor(tensor(values, [lengths.Length, longest]).DetachFromDisposeScope()).WithPadding(Ignored)
            .With(TensorNames.Lengths, tensor(lengths).DetachFromDisposeScope());
    }

    private protected long[][] At(IReadOnlyList<int> positions)
    {
        Positions.Check(positions, _rows.Length);
        return [.. positions.Select(i => _rows[i])];
    }
}

/// <summary>A class for each word of each example.</summary>
public sealed class TagTargets : RaggedTargets
{
    internal TagTargets(int[][] tags, IReadOnlyList<string> names) : base(
        [.. tags.Select(row => Array.ConvertAll(row, tag => (long)tag))], names) { }

    private protected override Targets Renumbered(int[] indices, IReadOnlyList<string> names) =>
        new TagTargets([.. Rows.Select(row => row.Select(tag => tag == Ignored ? Ignored : indices[tag]).ToArray())], names);

    private TagTargets(long[][] rows, IReadOnlyList<string> names) : base(rows, names) { }

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) => new TagTargets(At(positions), Names);
}

/// <summary>A sequence of tokens for each example.</summary>
public sealed class SequenceTargets : RaggedTargets
{
    internal SequenceTargets(long[][] rows) : base(rows, []) { }

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) => new SequenceTargets(At(positions));
}
