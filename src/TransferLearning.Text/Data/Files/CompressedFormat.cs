namespace TransferLearning.Text;

/// <summary>Tells by its first bytes that a file is compressed: it is met where a text is meant.</summary>
internal static class CompressedFormat
{
    private static readonly (byte[] Start, string Name)[] Formats =
    [
        ([0x1F, 0x8B, 8], "gzip"),
        ([.. "PK\u0003\u0004"u8], "a zip archive, or an Excel workbook: save that as CSV"),
        ([.. "BZh91AY&SY"u8], "bzip2"),
        ([0xFD, .. "7zXZ"u8, 0], "xz"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([.. "PAR1"u8, 0x15], "Parquet: save it as CSV"),
    ];

    /// <summary>The format's name; null where it is none of these.</summary>
    public static string? Of(ReadOnlySpan<byte> file)
    {
        foreach (var (start, name) in Formats)
            if (file.StartsWith(start)) return name;
        return null;
    }
}
