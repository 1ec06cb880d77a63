using System.Globalization;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>BERT's basic cleaning (Devlin et al. 2018): control characters away, ideographs apart, accents away, lower case.</summary>
internal sealed class BertNormalizer(bool cleanText, bool separateIdeographs, bool stripAccents, bool lowercase) : INormalizer
{
    private readonly UnicodeForm? _decomposition = stripAccents ? new(NormalizationForm.FormD) : null;
    private readonly RuneFilter _accents = new(static rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark);
    private readonly LowercaseNormalizer _lowercase = new();

    public static BertNormalizer Read(JsonField field)
    {
        var lowercase = field["lowercase"].Flag(true);
        return new(
            field["clean_text"].Flag(true), field["handle_chinese_chars"].Flag(true), field["strip_accents"].Flag(lowercase), lowercase);
    }

    public void Normalize(AlignedText text)
    {
        if (cleanText) Clean(text);
        if (separateIdeographs && !text.IsAscii) SeparateIdeographs(text);
        if (_decomposition is not null && !text.IsAscii)
        {
            _decomposition.Normalize(text);
            _accents.Normalize(text);
        }
        if (lowercase) _lowercase.Normalize(text);
    }

    private static void Clean(AlignedText text)
    {
        if (text.Chars.IndexOfAnyExceptInRange(' ', '~') < 0) return;
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            if (rune.Value is not (0 or 0xFFFD) && !RuneClass.IsControl(rune))
                text.Append(Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune, i);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }

    private static void SeparateIdeographs(AlignedText text)
    {
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            var apart = RuneClass.IsIdeograph(rune);
            if (apart) text.Append(' ', i);
            text.Keep(i, rune.Utf16SequenceLength);
            if (apart) text.Append(' ', i);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }
}
