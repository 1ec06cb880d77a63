using System.Buffers.Binary;

namespace TransferLearning.Vision;

/// <summary>Walks the marker segments of a JPEG file (ITU T.81, annex B), jumping over compressed data.</summary>
internal ref struct JpegSegments(ReadOnlySpan<byte> file)
{
    public const byte App1 = 0xE1, StartOfScan = 0xDA, EndOfImage = 0xD9;
    private const byte Stuffing = 0x00, Temporary = 0x01, FirstRestart = 0xD0, StartOfImage = 0xD8;

    private ReadOnlySpan<byte> _rest = file;

    /// <summary>The marker of the current segment.</summary>
    public byte Marker { get; private set; }

    /// <summary>What the current segment holds, without its marker and length.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Whether the file says where the image ends. Where it does not, its end is missing.</summary>
    public static bool HasEnd(ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        while (segments.Next())
            if (segments.Marker == EndOfImage) return true;
        return false;
    }

    /// <summary>Goes to the next segment; false where the file ends before it, or inside it.</summary>
    public bool Next()
    {
        while (_rest.IndexOf((byte)0xFF) is var at and >= 0)
        {
            _rest = _rest[at..].TrimStart((byte)0xFF);
            if (_rest.IsEmpty) return false;
            Marker = _rest[0];
            _rest = _rest[1..];
            if (Marker is Stuffing or Temporary or >= FirstRestart and <= StartOfImage) continue;

            var length = Marker == EndOfImage ? 0 : _rest.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(_rest);
            if (length > _rest.Length) return false;
            Payload = length > 2 ? _rest[2..length] : default;
            _rest = _rest[length..];
            return true;
        }
        return false;
    }
}
