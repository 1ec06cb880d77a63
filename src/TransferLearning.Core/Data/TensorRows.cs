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

    /// <summary>Copies consecutive rows to a place in rows of that size, of which the first has that address.</summary>
    public unsafe void CopyTo(nint target, long targetRow, long row, long count) =>
        Buffer.MemoryCopy((byte*)_address + row * _rowBytes, (byte*)target + targetRow * _rowBytes, count * _rowBytes, count * _rowBytes);

    /// <summary>A checksum of the rows at these positions.</summary>
    public unsafe uint Checksum(ReadOnlySpan<int> positions)
    {
        var checksum = 0u;
        foreach (var position in positions)
            checksum = Crc32.Append(checksum, new ReadOnlySpan<byte>((byte*)_address + position * _rowBytes, checked((int)_rowBytes)));
        return checksum;
    }

    /// <summary>
    /// The address of a contiguous CPU tensor's values; 0 of none. A span ends at 2 GiB, so it is taken from the first row.
    /// </summary>
    public static unsafe nint Address(Tensor tensor)
    {
        if (tensor.numel() == 0) return 0;
        using var first = tensor.narrow(0, 0, 1);
        fixed (byte* address = first.bytes) return (nint)address;
    }
}
