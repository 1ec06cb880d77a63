using System.Buffers.Binary;

namespace TransferLearning.Vision;

/// <summary>Tells the format of an image by its first bytes.</summary>
internal static class ImageSignature
{
    // What of a BMP follows the length: two reserved words of zero, then where the pixels begin and the length of the header.
    private const int BitmapReserved = 6, BitmapHeader = 14;

    /// <summary>Whether it is of a format that is read: JPEG, PNG, WebP, GIF or BMP.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || start.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\u001a\n"u8])
        || start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8)
        || start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8)
        || IsBitmap(start);

    /// <summary>The name of a format of images that is not read; null where it is none of these.</summary>
    public static string? Unreadable(ReadOnlySpan<byte> start) =>
        start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) ? "TIFF"
        : start.StartsWith("8BPS"u8) ? "Photoshop"
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, .. "JXL "u8]) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) ? "JPEG XL"
        : start.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, .. "jP  "u8]) ? "JPEG 2000"
        : start.Length < 12 || !start[4..].StartsWith("ftyp"u8) ? null
        : start[8..12].SequenceEqual("avif"u8) || start[8..12].SequenceEqual("avis"u8) ? "AVIF"
        : start[8..12].SequenceEqual("mif1"u8) || start[8..12].SequenceEqual("msf1"u8) || start[8..10].SequenceEqual("he"u8) ? "HEIC"
        : "video";

    private static bool IsBitmap(ReadOnlySpan<byte> start) =>
        start.Length >= BitmapHeader + 4 && start.StartsWith("BM"u8) && BinaryPrimitives.ReadInt32LittleEndian(start[BitmapReserved..]) == 0
        && BinaryPrimitives.ReadInt32LittleEndian(start[BitmapHeader..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124;
}
