using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Sequences <c>[N, T, D]</c> of different lengths, kept without their padding in a tensor <c>[sum of lengths + 1, D]</c> whose last
/// row is the padding: a batch gets as much of it as its longest sequence needs.
/// </summary>
internal sealed class RaggedRows : IFeatureRows
{
    private readonly TensorRows _rows;
    private readonly IReadOnlyList<int> _lengths;
    private readonly int[] _starts;

    public RaggedRows(Tensor values, IReadOnlyList<int> lengths)
    {
        using var padding = values[-1].zero_();
        (_rows, _lengths, _starts) = (new TensorRows(values), lengths, new int[lengths.Count]);
        for (var i = 1; i < _starts.Length; i++) _starts[i] = _starts[i - 1] + lengths[i - 1];
    }

    /// <summary>Sequences are kept where they have the lengths that were said, and their padding on the right.</summary>
    public bool TrySet(ReadOnlySpan<int> positions, TensorSet hidden)
    {
        using var scope = NewDisposeScope();
        var columns = checked((int)hidden.Values.shape[1]);
        List<int> rows = [];
        foreach (var position in positions)
        {
            if (_lengths[position] > columns) return false;
            rows.AddRange(Enumerable.Range(_starts[position], _lengths[position]));
        }
        var real = Real(positions, columns);
        var isAsSaid = hidden.Mask is { } mask ? mask.cpu().eq(real).all() : real.all();
        if (!isAsSaid.item<bool>()) return false;
        _rows.Set([.. rows], hidden.Values.cpu()[real].contiguous());
        return true;
    }

    public TensorSet Gather(ReadOnlySpan<int> positions)
    {
        var longest = 0;
        foreach (var position in positions) longest = Math.Max(longest, _lengths[position]);
        var rows = new int[positions.Length * longest];
        var padding = _rows.Count - 1;
        for (var i = 0; i < positions.Length; i++)
            for (var t = 0; t < longest; t++) rows[i * longest + t] = t < _lengths[positions[i]] ? _starts[positions[i]] + t : padding;
        using var flat = _rows.Gather(rows);
        return new TensorSet(
            flat.view(positions.Length, longest, -1).DetachFromDisposeScope(),
            rows.Contains(padding) ? Real(positions, longest).DetachFromDisposeScope() : null);
    }

    /// <summary>Which columns are real, <c>[N, columns]</c> bool.</summary>
    private Tensor Real(ReadOnlySpan<int> positions, int columns)
    {
        var real = new bool[positions.Length * columns];
        for (var i = 0; i < positions.Length; i++) real.AsSpan(i * columns, _lengths[positions[i]]).Fill(true);
        return tensor(real, [positions.Length, columns], ScalarType.Bool);
    }
}
