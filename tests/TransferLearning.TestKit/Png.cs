using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.TestKit;

/// <summary>Chunks of PNG files, with the checksums without which no decoder looks at them.</summary>
public static class Png
{
    private const int SignatureLength = 8, FrameLength = 12;

    /// <summary>A file that promises an image of that size and holds nothing of it.</summary>
    public static byte[] Header(int width, int height)
    {
        byte[] header = new byte[SignatureLength + FrameLength + 13];
        "\u0089PNG\r\n\u001a\n".Select(c => (byte)c).ToArray().CopyTo(header, 0);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), 13);
        Encoding.ASCII.GetBytes("IHDR").CopyTo(header, 12);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(20), height);
        (header[24], header[25]) = (8, 6); // bits, red, green, blue and alpha
        byte[] data = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes("IDAT"), 0, 0, 0, 0];
        return WithChecksums([.. header, .. data]);
    }

    /// <summary>Corrects the checksum of every chunk, in place.</summary>
    public static byte[] WithChecksums(byte[] png)
    {
        for (var at = SignatureLength; png.Length - at >= FrameLength; at += FrameLength)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - FrameLength) break;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), Crc32(png.AsSpan(at + 4, 4 + (int)length)));
            at += (int)length;
        }
        return png;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
