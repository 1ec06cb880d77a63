using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Rows of a contiguous CPU tensor, gathered without a torch operation: safe and cheap on loader threads.</summary>
internal sealed class TensorRows
{
    private readonly Tensor _rows;
    private readonly nint _address;
    private readonly long _rowBytes;

    /// <summary>Borrows the tensor <c>[N, ...]</c>.</summary>
    public TensorRows(Tensor rows)
    {
        if (rows.dim() == 0) throw new ArgumentException("A single number has no rows; give a tensor of shape [N, ...].");
        if (rows.device_type != DeviceType.CPU || !rows.is_contiguous())
            throw new ArgumentException("Rows are gathered from a contiguous tensor on the CPU; call .cpu().contiguous() first.");
        (_rows, _address) = (rows, Address(rows));
        _rowBytes = rows.shape[0] == 0 ? 0 : rows.numel() / rows.shape[0] * rows.element_size();
    }

    public int Count => checked((int)_rows.shape[0]);

    /// <summary>The rows at these positions in a new tensor that the caller owns.</summary>
    public unsafe Tensor Gather(ReadOnlySpan<int> indices)
    {
        var gathered = empty([indices.Length, .. _rows.shape[1..]], dtype: _rows.dtype).DetachFromDisposeScope();
        var target = (byte*)Address(gathered);
        for (var i = 0; i < indices.Length; i++)
            Buffer.MemoryCopy((byte*)_address + indices[i] * _rowBytes, target + i * _rowBytes, _rowBytes, _rowBytes);
        return gathered;
    }

    /// <summary>Copies the rows of a contiguous CPU tensor to these positions.</summary>
    /// <exception cref="ArgumentException">The rows are not as many as the positions, or of another shape or type than those here.</exception>
    public unsafe void Set(ReadOnlySpan<int> positions, Tensor batch)
    {
        long[] expected = [positions.Length, .. _rows.shape[1..]];
        if (batch.dtype != _rows.dtype || !batch.shape.AsSpan().SequenceEqual(expected))
            throw new ArgumentException(
                $"A batch of {positions.Length} examples gives {batch.dtype} of shape [{string.Join(", ", batch.shape)}] where {_rows.dtype} of shape [{string.Join(", ", expected)}] is expected, as the first batch gave. "
                + "Give every example the same shape, and one target for each.");
        var source = (byte*)Address(batch);
        for (var i = 0; i < positions.Length; i++)
            Buffer.MemoryCopy(source + i * _rowBytes, (byte*)_address + positions[i] * _rowBytes, _rowBytes, _rowBytes);
    }

    // A span ends at 2 GiB, so the tensor's address is taken from its first row.
    private static unsafe nint Address(Tensor tensor)
    {
        if (tensor.numel() == 0) return 0;
        using var first = tensor.narrow(0, 0, 1);
        fixed (byte* address = first.bytes) return (nint)address;
    }
}
