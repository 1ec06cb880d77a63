using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>
/// A Unicode normalization form (UAX 15), applied to one combining sequence at a time so that the alignment stays: the first
/// character of a sequence gives way to the first of the result, and so on.
/// </summary>
internal sealed class UnicodeForm : INormalizer
{
    // Marks that would compose or change places over a longer distance than this are noise; the limit keeps the time linear.
    private const int LongestSequence = 64;

    // One character becomes 18 in the worst case (U+FDFA in the compatibility forms).
    private const int LongestExpansion = 18;

    // .NET takes U+FFFE for an error in the text; it is a character like any other and combines with none.
    private const char NotACharacter = '\uFFFE';

    private readonly NormalizationForm _form;

    /// <exception cref="TokenizerFormatException">The runtime has no Unicode data.</exception>
    public UnicodeForm(NormalizationForm form)
    {
        _form = form;
        if ("e\u0301".IsNormalized(NormalizationForm.FormC))
            throw new TokenizerFormatException(
                "The tokenizer normalizes Unicode, and .NET cannot in its globalization-invariant mode. Install ICU and set "
                + "InvariantGlobalization to false.");
    }

    public void Normalize(AlignedText text)
    {
        if (text.IsAscii || (!text.Chars.Contains(NotACharacter) && text.Chars.IsNormalized(_form))) return;
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = EndOfSequence(text, start);
            if ((end == start + 1 && char.IsAscii(text.Chars[start])) || text.Chars[start] == NotACharacter)
                text.Keep(start, end - start);
            else
                Append(text, start, end);
        }
        text.Commit();
    }

    private static int EndOfSequence(AlignedText text, int start)
    {
        var end = start + text.RuneAt(start).Utf16SequenceLength;
        if (text.Chars[start] == NotACharacter) return end;
        while (end < text.Length && end - start < LongestSequence)
        {
            var rune = text.RuneAt(end);
            if (rune.IsAscii || !Extends(rune)) break;
            end += rune.Utf16SequenceLength;
        }
        return end;
    }

    /// <summary>Whether a character may combine with the one before it, in itself or by what it decomposes to.</summary>
    private static bool Extends(Rune rune) => rune.Value is >= 0x3131 and <= 0x318E or >= 0xFF9E and <= 0xFFDC
        ? Combines(Rune.GetRuneAt(rune.ToString().Normalize(NormalizationForm.FormKD), 0))
        : Combines(rune);

    /// <summary>Marks, and the vowels and final consonants of Hangul.</summary>
    private static bool Combines(Rune rune) => rune.Value is >= 0x1160 and <= 0x11FF || RuneClass.IsMark(rune);

    private void Append(AlignedText text, int start, int end)
    {
        Span<int> positions = stackalloc int[LongestSequence + 1];
        var (before, after) = (0, 0);
        for (var at = start; at < end; at += text.RuneAt(at).Utf16SequenceLength) positions[before++] = at;

        Span<char> result = stackalloc char[LongestExpansion * (LongestSequence + 1)];
        text.Chars[start..end].TryNormalize(result, out var length, _form);
        foreach (var _ in result[..length].EnumerateRunes()) after++;

        // What was composed went into the first character; what was added came out of it.
        var index = 0;
        foreach (var rune in result[..length].EnumerateRunes())
        {
            text.Append(rune, positions[index == 0 ? 0 : Math.Max(0, index + before - after)]);
            index++;
        }
    }
}
