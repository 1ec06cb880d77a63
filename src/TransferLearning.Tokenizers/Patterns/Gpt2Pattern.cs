using System.Globalization;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>
/// GPT-2's words, by hand because every byte-level tokenizer spends its time here:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>. They cover the whole text.
/// </summary>
internal sealed class Gpt2Pattern : Pattern
{
    private enum Kind { Space, Letter, Number, Other }

    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (int start = 0, end; start < text.Length; start = end)
            matches.Add((start, end = EndOfWord(text, start)));
    }

    private static int EndOfWord(ReadOnlySpan<char> text, int start)
    {
        var contraction = Contraction(text[start..]);
        if (contraction > 0) return start + contraction;

        var at = start;
        var kind = KindAt(text, at, out var length);
        if (text[at] == ' ' && at + 1 < text.Length && KindAt(text, at + 1, out var nextLength) is var next and not Kind.Space)
            (at, kind, length) = (at + 1, next, nextLength);

        do at += length;
        while (at < text.Length && KindAt(text, at, out length) == kind);
        // The last white space belongs to the word that follows.
        return kind == Kind.Space && at < text.Length && at - start > 1 ? at - 1 : at;
    }

    private static int Contraction(ReadOnlySpan<char> text) => text switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };

    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        var unit = text[at];
        length = 1;
        if (char.IsAscii(unit))
            return char.IsAsciiLetter(unit)
                ? Kind.Letter
                : char.IsAsciiDigit(unit)
                ? Kind.Number
                : char.IsWhiteSpace(unit)
                ? Kind.Space
                : Kind.Other;

        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Other,
        };
    }
}
