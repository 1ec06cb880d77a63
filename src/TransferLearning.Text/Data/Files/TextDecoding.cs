using System.Text;

namespace TransferLearning.Text;

/// <summary>Reads a file as characters and names the place where it cannot.</summary>
internal static class TextDecoding
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The long mark of UTF-32 begins like the short one of UTF-16.
    private static readonly Encoding[] Marked = [
        new UTF32Encoding(false, true, true), new UTF32Encoding(true, true, true), Utf8, new UnicodeEncoding(false, true, true), new UnicodeEncoding(true, true, true)];

    public static string ReadAllText(string path, Encoding? encoding)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}' (looked for '{Path.GetFullPath(path)}').", path);
        var bytes = File.ReadAllBytes(path);
        if (CompressedFormat.Of(bytes) is { } format)
            throw new TextFormatException(path, null, $"The file is compressed ({format}). Unpack it and open the table of texts inside.");
        var marked = Marked.FirstOrDefault(candidate => bytes.AsSpan().StartsWith(Mark(candidate)));
        var used = marked ?? encoding ?? Utf8;
        try
        {
            var text = used.GetString(bytes.AsSpan(marked is null ? 0 : Mark(marked).Length));
            return text.IndexOf('\0', StringComparison.Ordinal) is var zero and >= 0
                ? throw new TextFormatException(
                    path, LineOf(text.AsSpan(0, zero)), "holds a zero character. Is it a text file? If it is in UTF-16 without a byte "
                        + "order mark, give its encoding: Encoding.Unicode.")
                : text;
        }
        catch (DecoderFallbackException error)
        {
            var place = Math.Clamp(error.Index, 0, bytes.Length);
            throw new TextFormatException(
                path, LineOf(Encoding.Latin1.GetString(bytes, 0, place)),
                $"the byte 0x{error.BytesUnknown?.FirstOrDefault():X2} is not {used.EncodingName}. Save the file as UTF-8, or give "
                + "its encoding: Encoding.Latin1 fits most older Western European files.",
                error);
        }
    }

    private static ReadOnlySpan<byte> Mark(Encoding encoding) => encoding == Utf8 ? [0xEF, 0xBB, 0xBF] : encoding.Preamble;

    private static int LineOf(ReadOnlySpan<char> before) => before.Count('\n') + 1;
}
