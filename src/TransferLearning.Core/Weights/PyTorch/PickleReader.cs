using System.Buffers.Binary;
using System.Text;

namespace TransferLearning;

/// <summary>Reads the primitives of a pickle. Never allocates more than the stream still has.</summary>
internal sealed class PickleReader(Stream stream)
{
    private const int MaxLineLength = 1 << 20;

    public long Position => stream.Position;

    public byte Byte() => stream.ReadByte() is >= 0 and var value ? (byte)value : throw new EndOfStreamException();

    public byte[] Bytes(long count)
    {
        if (count < 0 || count > stream.Length - stream.Position || count > Array.MaxLength) throw new EndOfStreamException();
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public void Skip(int count) => Bytes(count);

    /// <summary>A little-endian number of up to 8 bytes.</summary>
    public long Unsigned(int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        stream.ReadExactly(bytes[..size]);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public long BigEndian64() => BinaryPrimitives.ReadInt64BigEndian(Bytes(8));

    public string Utf8(long count) => Encoding.UTF8.GetString(Bytes(count));

    public string Latin1(long count) => Encoding.Latin1.GetString(Bytes(count));

    /// <summary>Text up to the next line feed.</summary>
    public string Line()
    {
        var line = new StringBuilder();
        for (var value = Byte(); value != '\n'; value = Byte())
            if (line.Append((char)value).Length > MaxLineLength) throw new FormatException("its pickle has an endless line");
        return line.ToString();
    }
}
