using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>
/// SentencePiece's compiled replacements: a double-array trie (Darts) over UTF-8, then the replacements, each ended by a zero byte.
/// </summary>
internal sealed class PrecompiledCharsMap : INormalizer
{
    private const int LongestSequence = 6; // bytes; what is as long is looked up character by character

    private readonly uint[] _units;
    private readonly Dictionary<int, string> _replacements = [];

    /// <exception cref="ArgumentException">The bytes are no such map.</exception>
    public PrecompiledCharsMap(ReadOnlySpan<byte> map)
    {
        if (map.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(map) is var size && (size % 4 != 0 || size > map.Length - 4))
            throw new ArgumentException("The character map is cut off. Get the file again.");

        _units = new uint[size / 4];
        for (var i = 0; i < _units.Length; i++) _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map[(4 + 4 * i)..]);

        var strings = map[(4 + (int)size)..];
        for (var start = 0; start < strings.Length;)
        {
            var length = strings[start..].IndexOf((byte)0) is >= 0 and var end ? end : strings.Length - start;
            _replacements[start] = Encoding.UTF8.GetString(strings.Slice(start, length));
            start += length + 1;
        }
    }

    /// <summary>Reads the field <c>precompiled_charsmap</c>; null where it holds no map.</summary>
    public static PrecompiledCharsMap? Read(JsonField field)
    {
        var bytes = field.IsNull ? [] : field.Base64();
        return bytes.Length == 0 ? null : field.Read(() => new PrecompiledCharsMap(bytes));
    }

    public void Normalize(AlignedText text)
    {
        Span<byte> utf8 = stackalloc byte[LongestSequence];
        for (var start = 0; start < text.Length;)
        {
            var end = start + StringInfo.GetNextTextElementLength(text.Chars[start..]);
            var isShort = Encoding.UTF8.TryGetBytes(text.Chars[start..end], utf8, out var length) && length < LongestSequence;
            if (!isShort || !TryReplace(text, start, end, utf8[..length]))
                for (var i = start; i < end;)
                {
                    var rune = text.RuneAt(i);
                    var next = i + rune.Utf16SequenceLength;
                    if (!TryReplace(text, i, next, utf8[..rune.EncodeToUtf8(utf8)])) text.Keep(i, next - i);
                    i = next;
                }
            start = end;
        }
        text.Commit();
    }

    private bool TryReplace(AlignedText text, int start, int end, ReadOnlySpan<byte> utf8)
    {
        if (!TryFind(utf8, out var offset) || !_replacements.TryGetValue(offset, out var replacement)) return false;
        var like = start;
        foreach (var rune in replacement.EnumerateRunes())
        {
            text.Append(rune, like);
            if (like + text.RuneAt(like).Utf16SequenceLength is var next && next < end) like = next;
        }
        return true;
    }

    /// <summary>The replacement of the shortest beginning that has one; the reference takes it for the whole.</summary>
    private bool TryFind(ReadOnlySpan<byte> key, out int offset)
    {
        offset = 0;
        uint node = 0;
        if (!TryRead(0, out var unit)) return false;
        node ^= Offset(unit);
        foreach (var value in key)
        {
            node ^= value;
            if (value == 0 || !TryRead(node, out unit) || Label(unit) != value) return false;
            node ^= Offset(unit);
            if (HasLeaf(unit) && TryRead(node, out var leaf))
            {
                offset = (int)(leaf & 0x7FFFFFFF);
                return true;
            }
        }
        return false;
    }

    private bool TryRead(uint node, out uint unit)
    {
        unit = node < _units.Length ? _units[node] : 0;
        return node < _units.Length;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);

    private static uint Label(uint unit) => unit & 0x800000FF;

    private static bool HasLeaf(uint unit) => (unit & 0x100) != 0;
}
