using Microsoft.Win32.SafeHandles;

namespace TransferLearning.Weights.Keras;

/// <summary>A part of a file. What is read of it lies within, and takes no more memory than it has bytes.</summary>
/// <param name="file">The file; several threads may read it at a time.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="length">Its length.</param>
internal sealed class HdfSource(SafeFileHandle file, long start, long length)
{
    // Structures are read once or a few times, unless they lead in circles.
    private long _allowance = 16 * length + (1 << 24);

    public long Length => length;

    /// <summary>A structure of that address.</summary>
    /// <exception cref="FormatException">It lies outside, or too many were read.</exception>
    public HdfReader Structure(long address, long size)
    {
        Check(address, size);
        if ((_allowance -= size) < 0) throw new FormatException("its parts lead in circles");
        var bytes = new byte[size];
        Fill(bytes, address);
        return new HdfReader(bytes);
    }

    /// <summary>Reads the bytes of an array, which <see cref="Check"/> has found to be there.</summary>
    /// <exception cref="EndOfStreamException">The file became shorter.</exception>
    public void Fill(Span<byte> bytes, long address)
    {
        for (var at = start + address; !bytes.IsEmpty;)
        {
            var count = RandomAccess.Read(file, bytes, at);
            if (count == 0) throw new EndOfStreamException("it became shorter while it was open");
            bytes = bytes[count..];
            at += count;
        }
    }

    /// <exception cref="FormatException">That many bytes are not there.</exception>
    public void Check(long address, long size)
    {
        if (address < 0 || size < 0 || address > length || size > length - address)
            throw new FormatException($"it refers to {size} bytes at {address}, but has {length}: it is cut off, or a size in it is wrong");
    }
}
