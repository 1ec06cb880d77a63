namespace TransferLearning;

/// <summary>A storage that a checkpoint refers to, or a part of one.</summary>
/// <param name="Element">Type of its elements.</param>
/// <param name="Key">Its name in the checkpoint; empty where <paramref name="Bytes"/> has the data.</param>
/// <param name="Total">Elements of the whole storage.</param>
/// <param name="Start">First element of the part.</param>
/// <param name="Count">Elements of the part.</param>
/// <param name="Bytes">The data, where it stands in the pickle itself (NumPy arrays).</param>
internal sealed record StorageRef(ElementType Element, string Key, long Total, long Start, long Count, byte[]? Bytes = null)
{
    public long TotalBytes => Total * Element.Bits / 8;

    /// <exception cref="FormatException">The sizes are impossible or the part is not within the whole.</exception>
    public static StorageRef Create(ElementType element, string key, long total, long start, long count) =>
        total >= 0 && element.Bytes(total) is not null && start >= 0 && count >= 0 && start <= total - count
            ? new(element, key, total, start, count)
            : throw new FormatException($"storage '{key}' claims the impossible size {total} with a part of {count} from {start}");
}

/// <summary>A tensor as a checkpoint describes it: a strided view of a storage. Checked to lie within it.</summary>
internal sealed record TensorRef(StorageRef Storage, TensorInfo Info, long Offset, long[] Strides)
{
    // A view may repeat elements (expand), but a small file must not claim a huge tensor.
    private const long MaxExpandedBytes = 1 << 24;

    public bool IsEmpty => Info.Shape.Contains(0);

    /// <summary>Whether the tensor is its whole storage, row by row.</summary>
    public bool IsWholeStorage
    {
        get
        {
            if (Offset != 0 || Info.Element != Storage.Element || TensorInfo.Count(Info.Shape) != Storage.Total) return false;
            var stride = 1L;
            for (var i = Strides.Length - 1; i >= 0; stride *= Info.Shape[i--])
                if (Info.Shape[i] != 1 && Strides[i] != stride) return false;
            return true;
        }
    }

    /// <summary>Checks a view. Its element type differs from the storage's where that is untyped bytes.</summary>
    /// <exception cref="FormatException">The view is impossible or leaves its storage.</exception>
    public static TensorRef Create(StorageRef storage, ElementType element, long offset, long[] shape, long[] strides)
    {
        var info = new TensorInfo(element, shape);
        if (shape.Length > TensorInfo.MaxRank || shape.Length != strides.Length || TensorInfo.Count(shape) is not { } count
            || element.Bytes(count) is not { } bytes)
            throw new FormatException($"a tensor claims the impossible shape {info} with strides [{string.Join(", ", strides)}]");
        var end = (Int128)offset;
        for (var i = 0; i < shape.Length; i++) end += (Int128)Math.Max(0, shape[i] - 1) * strides[i];
        if (count > 0) end++;
        var available = (Int128)storage.Count * storage.Element.Bits / element.Bits;
        if (offset < 0 || strides.Any(stride => stride < 0) || end > available && count > 0)
            throw new FormatException(
                $"a tensor {info} at {offset} with strides [{string.Join(", ", strides)}] leaves its storage '{storage.Key}' of "
                + $"{storage.Count} elements");
        if (bytes > Math.Max(storage.TotalBytes, MaxExpandedBytes))
            throw new FormatException($"a tensor {info} repeats the {storage.Count} elements of storage '{storage.Key}' too often");
        return new(storage, info, offset + storage.Start * storage.Element.Bits / element.Bits, strides);
    }
}
