using System.Buffers.Binary;

namespace TransferLearning.Vision;

/// <summary>The EXIF and XMP blocks of an image file; empty where it has none.</summary>
internal readonly ref struct EmbeddedMetadata
{
    /// <summary>A TIFF structure.</summary>
    public ReadOnlySpan<byte> Exif { get; private init; }

    /// <summary>An XML document, uncompressed.</summary>
    public ReadOnlySpan<byte> Xmp { get; private init; }

    /// <summary>Finds the blocks in a JPEG, PNG or WebP file; other formats have none.</summary>
    public static EmbeddedMetadata Find(ReadOnlySpan<byte> file) =>
        file is [0xFF, 0xD8, ..] ? InJpeg(file)
        : file is [0x89, (byte)'P', (byte)'N', (byte)'G', _, _, _, _, ..] ? InPng(file[8..])
        : file.StartsWith("RIFF"u8) && file.Length > 12 ? InWebp(file[12..])
        : default;

    private static EmbeddedMetadata InJpeg(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> exif = default, xmp = default;
        var segments = new JpegSegments(file);
        while (segments.Next() && segments.Marker != JpegSegments.StartOfScan)
        {
            if (segments.Marker != JpegSegments.App1) continue;
            if (exif.IsEmpty && segments.Payload.StartsWith("Exif\0\0"u8)) exif = segments.Payload[6..];
            if (xmp.IsEmpty && segments.Payload.StartsWith("http://ns.adobe.com/xap/1.0/\0"u8)) xmp = segments.Payload;
        }
        return new() { Exif = exif, Xmp = xmp };
    }

    private static EmbeddedMetadata InPng(ReadOnlySpan<byte> chunks)
    {
        ReadOnlySpan<byte> exif = default, xmp = default;
        while (chunks.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(chunks) is var length && length <= chunks.Length - 12)
        {
            var type = chunks[4..8];
            var data = chunks.Slice(8, (int)length);
            if (type.SequenceEqual("eXIf"u8)) exif = data;
            if (type.SequenceEqual("iTXt"u8) && data.StartsWith("XML:com.adobe.xmp\0"u8)) xmp = data;
            chunks = chunks[((int)length + 12)..];
        }
        return new() { Exif = exif, Xmp = xmp };
    }

    private static EmbeddedMetadata InWebp(ReadOnlySpan<byte> chunks)
    {
        ReadOnlySpan<byte> exif = default, xmp = default;
        while (chunks.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(chunks[4..]) is var length && length <= chunks.Length - 8)
        {
            var type = chunks[..4];
            var data = chunks.Slice(8, (int)length);
            if (type.SequenceEqual("EXIF"u8)) exif = data.StartsWith("Exif\0\0"u8) ? data[6..] : data;
            if (type.SequenceEqual("XMP "u8)) xmp = data;
            chunks = chunks[Math.Min(8 + (int)(length + length % 2), chunks.Length)..];
        }
        return new() { Exif = exif, Xmp = xmp };
    }
}
