using System.Buffers.Binary;

namespace TransferLearning.Vision;

/// <summary>How the stored picture has to be turned to stand upright; the values are those of the EXIF tag 0x0112.</summary>
internal enum Orientation
{
    Upright = 1,
    Mirrored = 2,
    HalfTurn = 3,
    Flipped = 4,
    Transposed = 5,
    NeedsQuarterTurn = 6,
    Transversed = 7,
    NeedsThreeQuarterTurn = 8,
}

/// <summary>Reads the orientation of an image file: from EXIF, else from XMP. Skia reports it for JPEG alone.</summary>
internal static class OrientationReader
{
    private const ushort Tag = 0x0112, Short = 3, Long = 4;

    public static Orientation Read(ReadOnlySpan<byte> file)
    {
        var metadata = EmbeddedMetadata.Find(file);
        var value = FromExif(metadata.Exif) ?? FromXmp(metadata.Xmp);
        return value is >= 1 and <= 8 ? (Orientation)value : Orientation.Upright;
    }

    /// <summary>The tag's value in the first directory of a TIFF structure (TIFF 6.0, section 2).</summary>
    private static uint? FromExif(ReadOnlySpan<byte> tiff)
    {
        var little = tiff.StartsWith("II*\0"u8);
        if (!little && !tiff.StartsWith("MM\0*"u8) || tiff.Length < 10) return null;

        var directory = UInt32(tiff[4..]);
        if (directory > tiff.Length - 2) return null;
        var entries = tiff[(int)directory..];
        var count = UInt16(entries);
        entries = entries[2..];
        for (; count > 0 && entries.Length >= 12; count--, entries = entries[12..])
            if (UInt16(entries) == Tag)
                return UInt16(entries[2..]) switch
                {
                    Short => UInt16(entries[8..]),
                    Long => UInt32(entries[8..]),
                    _ => null,
                };
        return null;

        ushort UInt16(ReadOnlySpan<byte> at) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
        uint UInt32(ReadOnlySpan<byte> at) =>
            little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
    }

    /// <summary>The digit in <c>tiff:Orientation="3"</c> or <c>&lt;tiff:Orientation&gt;3</c>.</summary>
    private static uint? FromXmp(ReadOnlySpan<byte> xmp)
    {
        var property = "tiff:Orientation"u8;
        var at = xmp.IndexOf(property);
        return at < 0 ? null : xmp[(at + property.Length)..] switch
        {
            [(byte)'>', var digit, ..] => (uint)digit - '0',
            [(byte)'=', (byte)'"' or (byte)'\'', var digit, ..] => (uint)digit - '0',
            _ => null,
        };
    }
}
