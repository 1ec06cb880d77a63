using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// The rows of one named tensor, batch by batch as they come, and gathered again in any order. What is padding in a batch is not kept: each
/// row is as long along the second dimension as it was real, and is filled up anew to the longest of the batch that it goes into.
/// </summary>
internal sealed class RowStore(int count, double padding) : IDisposable
{
    private readonly List<TensorRows> _chunks = [];
    private readonly List<Tensor> _owned = [];
    private readonly (int Chunk, int Start, int Length)[] _places = new (int, int, int)[count];
    private Tensor? _first;
    private long _dimensions;

    /// <summary>Memory in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the rows of a batch.</summary>
    /// <param name="positions">Where they stand in the data set.</param>
    /// <param name="batch"><c>[N, ...]</c>, on any device.</param>
    /// <param name="mask"><c>[N, T]</c> bool: what of each row is real; null: all.</param>
    /// <returns>Whether they can be kept: padding stands on the right, along the second dimension alone.</returns>
    /// <exception cref="ArgumentException">The rows are not as many as the positions, or of another shape or type than those
    /// before.</exception>
    public bool TryAdd(ReadOnlySpan<int> positions, Tensor batch, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        Check(positions.Length, batch);
        if (mask?.dim() > 2) return false;
        var rows = batch.cpu();
        var width = rows.dim() < 2 ? 1 : checked((int)rows.shape[1]);
        var lengths = Enumerable.Repeat(width, positions.Length).ToArray();
        if (mask is not null && rows.dim() > 1)
        {
            var real = mask.cpu();
            lengths = Array.ConvertAll(real.sum(1).data<long>().ToArray(), length => (int)length);
            if (!(arange(width) < tensor(lengths).unsqueeze(1)).eq(real).all().item<bool>()) return false;
            rows = rows[real];
        }
        else if (rows.dim() > 1)
        {
            rows = rows.flatten(0, 1);
        }
        // A copy, since a batch may be a view of what lives on.
        var chunk = rows.contiguous().clone().DetachFromDisposeScope();
        _first ??= chunk;
        _owned.Add(chunk);
        Bytes += chunk.numel() * chunk.element_size();
        _chunks.Add(new TensorRows(chunk));
        for (int i = 0, start = 0; i < lengths.Length; start += lengths[i++])
            _places[positions[i]] = (_chunks.Count - 1, start, lengths[i]);
        _dimensions = batch.dim();
        return true;
    }

    /// <summary>
    /// The rows at these positions, <c>[N, ...]</c>, and which of them is real where they differ in length (else null). The caller owns
    /// both.
    /// </summary>
    public (Tensor Values, Tensor? Mask) Gather(ReadOnlySpan<int> positions)
    {
        var places = new (int Chunk, int Start, int Length)[positions.Length];
        for (var i = 0; i < places.Length; i++) places[i] = _places[positions[i]];
        var longest = places.Length == 0 ? 0 : places.Max(place => place.Length);
        var shortest = places.Length == 0 ? 0 : places.Min(place => place.Length);
        long[] inner = [.. _first!.shape[1..]];
        var isEven = shortest == longest;
        var values = (isEven
            ? empty([places.Length * longest, .. inner], dtype: _first.dtype)
            : full([places.Length * longest, .. inner], padding, dtype: _first.dtype)).DetachFromDisposeScope();
        var address = TensorRows.Address(values);
        for (var i = 0; i < places.Length; i++)
            _chunks[places[i].Chunk].CopyTo(address, (long)i * longest, places[i].Start, places[i].Length);
        if (_dimensions < 2) return (values, null);
        using (values)
            return (values.view([places.Length, longest, .. inner]).DetachFromDisposeScope(), isEven ? null : Mask(places, longest));
    }

    public void Dispose()
    {
        foreach (var chunk in _owned) chunk.Dispose();
    }

    private static Tensor Mask((int Chunk, int Start, int Length)[] places, int longest)
    {
        var real = new bool[places.Length * longest];
        for (var i = 0; i < places.Length; i++) real.AsSpan(i * longest, places[i].Length).Fill(true);
        return tensor(real, [places.Length, longest], ScalarType.Bool).DetachFromDisposeScope();
    }

    private void Check(int rows, Tensor batch)
    {
        var isLikeFirst = _first is null || batch.dtype == _first.dtype && batch.dim() == _dimensions
            && (batch.dim() <= 2 || batch.shape.AsSpan(2).SequenceEqual(_first.shape.AsSpan(1)));
        if (!isLikeFirst || batch.shape[0] != rows)
            throw new ArgumentException(
                $"A batch of {rows} examples gives {batch.dtype} of shape [{string.Join(", ", batch.shape)}]"
                + $"{(_first is null ? "" : $" where {_first.dtype} of as many dimensions and [..., {string.Join(", ", _first.shape[1..])}] is expected, as the first batch gave")}. "
                + "Give every example the same shape, and one target for each.");
    }
}
