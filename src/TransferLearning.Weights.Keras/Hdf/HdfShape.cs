namespace TransferLearning.Weights.Keras;

/// <summary>The dimensions of an array or attribute.</summary>
internal static class HdfShape
{
    private const int Null = 2, MaxRank = 32;

    /// <exception cref="FormatException">It is of another form, or too large.</exception>
    public static long[] Read(HdfReader message)
    {
        var version = message.Byte();
        var rank = message.Byte();
        message.Skip(1);
        var kind = message.Byte();
        if (version == 1) message.Skip(4);
        else if (version != 2) throw new FormatException($"it has version {version} of dimensions");
        if (rank > MaxRank) throw new FormatException($"it has an array of {rank} dimensions");
        if (version == 2 && kind == Null) return [0];
        var shape = new long[rank];
        foreach (ref var size in shape.AsSpan()) size = message.Int64();
        return shape;
    }

    /// <summary>Bytes of so many elements, up to a number that no file has.</summary>
    public static long Bytes(long[] shape, long size)
    {
        var bytes = (Int128)size;
        foreach (var length in shape)
            if (length < 0 || (bytes *= Math.Max(1, length)) > long.MaxValue) return long.MaxValue;
        return shape.Contains(0) ? 0 : (long)bytes;
    }
}
