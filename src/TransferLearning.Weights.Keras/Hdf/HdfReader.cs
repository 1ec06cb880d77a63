using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.Weights.Keras;

/// <summary>Reads the fields of a structure one after the other.</summary>
/// <param name="bytes">The structure, or what is left of it.</param>
internal struct HdfReader(ReadOnlyMemory<byte> bytes)
{
    public readonly int Left => bytes.Length;

    /// <exception cref="FormatException">The structure ends before.</exception>
    public HdfReader Take(long count)
    {
        if (count < 0 || count > bytes.Length) throw new FormatException($"a structure in it ends {count - bytes.Length} bytes too early");
        var taken = bytes[..(int)count];
        bytes = bytes[(int)count..];
        return new(taken);
    }

    public ReadOnlySpan<byte> Bytes(long count) => Take(count).Rest;

    public readonly ReadOnlySpan<byte> Rest => bytes.Span;

    public void Skip(long count) => Take(count);

    public byte Byte() => Bytes(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    /// <summary>An address, a size or a count; one above what any file has is negative.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    public long Number(int size) => size switch { 1 => Byte(), 2 => UInt16(), 4 => UInt32(), _ => Int64() };

    /// <summary>A text of so many bytes, or up to a zero in them.</summary>
    public string Text(long count) => Text(Bytes(count));

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes);

    /// <exception cref="FormatException">Other bytes stand there.</exception>
    public void Expect(ReadOnlySpan<byte> signature)
    {
        if (!Bytes(signature.Length).SequenceEqual(signature))
            throw new FormatException($"a structure '{Encoding.ASCII.GetString(signature)}' is not where it should be");
    }
}
