using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Rows of a contiguous CPU tensor, gathered without a torch operation: safe and cheap on loader threads.</summary>
internal sealed class TensorRows
{
    private readonly Tensor _rows;
    private readonly long _rowBytes;

    /// <summary>Borrows the tensor <c>[N, ...]</c>.</summary>
    public TensorRows(Tensor rows)
    {
        if (rows.device_type != DeviceType.CPU || !rows.is_contiguous())
            throw new ArgumentException("Rows are gathered from a contiguous tensor on the CPU; call .cpu().contiguous() first.");
        _rows = rows;
        _rowBytes = rows.shape[0] == 0 ? 0 : rows.numel() / rows.shape[0] * rows.element_size();
    }

    public int Count => checked((int)_rows.shape[0]);

    /// <summary>The rows at these positions in a new tensor that the caller owns.</summary>
    public unsafe Tensor Gather(ReadOnlySpan<int> indices)
    {
        var gathered = empty([indices.Length, .. _rows.shape[1..]], dtype: _rows.dtype).DetachFromDisposeScope();
        var source = (byte*)Address(_rows);
        var target = (byte*)Address(gathered);
        for (var i = 0; i < indices.Length; i++)
            Buffer.MemoryCopy(source + indices[i] * _rowBytes, target + i * _rowBytes, _rowBytes, _rowBytes);
        return gathered;
    }

    /// <summary>Copies a batch of rows, a contiguous CPU tensor, to the rows from <paramref name="first"/> on.</summary>
    public unsafe void Set(int first, Tensor batch)
    {
        var bytes = batch.shape[0] * _rowBytes;
        Buffer.MemoryCopy((byte*)Address(batch), (byte*)Address(_rows) + first * _rowBytes, bytes, bytes);
    }

    private static nint Address(Tensor tensor) => tensor.storage<byte>().data_ptr() + (nint)(tensor.storage_offset() * tensor.element_size());
}
