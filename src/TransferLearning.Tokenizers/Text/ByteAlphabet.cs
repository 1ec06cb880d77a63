namespace TransferLearning.Tokenizers;

/// <summary>
/// The printable characters that stand for bytes in byte-level vocabularies: printable Latin-1 for itself, the other bytes in
/// order from U+0100 on (GPT-2, Radford et al. 2019).
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>What stands for a space.</summary>
    public const char Space = '\u0120';

    private static readonly char[] Characters = Create();
    private static readonly Dictionary<char, byte> Bytes = Characters.Index().ToDictionary(c => c.Item, c => (byte)c.Index);

    public static char Of(byte value) => Characters[value];

    /// <summary>Appends the bytes that a token stands for; false where it holds another character.</summary>
    public static bool TryDecode(string token, List<byte> bytes)
    {
        var count = bytes.Count;
        foreach (var c in token)
        {
            if (!Bytes.TryGetValue(c, out var value))
            {
                bytes.RemoveRange(count, bytes.Count - count);
                return false;
            }
            bytes.Add(value);
        }
        return true;
    }

    /// <summary>Appends a part of the text with each character spelled in bytes, all of them aligned like the character.</summary>
    public static void Spell(AlignedText text, int start, int end)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = start; i < end;)
        {
            var rune = text.RuneAt(i);
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)]) text.Append(Characters[value], i);
            i += rune.Utf16SequenceLength;
        }
    }

    private static char[] Create()
    {
        var (characters, next) = (new char[256], '\u0100');
        for (var value = 0; value < 256; value++)
            characters[value] = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : next++;
        return characters;
    }
}
