using System.Globalization;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Classes of characters as the reference tokenizers see them, where they differ from .NET's.</summary>
public static class RuneClass
{
    internal static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Punctuation: the general categories P*, and in ASCII the symbols as well.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is >= '!' and <= '/' or >= ':' and <= '@' or >= '[' and <= '`' or >= '{' and <= '~'
        : Rune.IsPunctuation(rune);

    /// <summary>What BERT cleans away: control, format and private-use characters, but no line break and no tab.</summary>
    internal static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    /// <summary>The ideographs that BERT takes as words of their own.</summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is
        >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F or
        >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;

    /// <summary>A character of a word by Unicode TR18: alphabetic, mark, decimal digit, connector, joiner.</summary>
    internal static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.OtherSymbol => rune.Value is // the enclosed letters, alphabetic by decree
            >= 0x24B6 and <= 0x24E9 or >= 0x1F130 and <= 0x1F149 or >= 0x1F150 and <= 0x1F169 or >= 0x1F170 and <= 0x1F189,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => Rune.IsLetter(rune) || IsMark(rune),
    };
}
