using System.Text;

namespace TransferLearning.Text;

internal static class NormalizerReader
{
    public static INormalizer? Read(JsonField field) => field.IsNull ? null : field["type"].Text() switch
    {
        "Sequence" => new NormalizerSequence([.. field["normalizers"].Items().Select(Read).OfType<INormalizer>()]),
        "BertNormalizer" => ReadBert(field),
        "NFC" => new UnicodeForm(NormalizationForm.FormC),
        "NFD" => new UnicodeForm(NormalizationForm.FormD),
        "NFKC" => new UnicodeForm(NormalizationForm.FormKC),
        "NFKD" => new UnicodeForm(NormalizationForm.FormKD),
        "Lowercase" => new Lowercase(),
        "StripAccents" => new RuneFilter(static rune => !RuneClass.IsMark(rune)),
        "Strip" => new Strip(field["strip_left"].Flag(true), field["strip_right"].Flag(true)),
        "Replace" => new Replace(PatternReader.Read(field["pattern"]), field["content"].Text()),
        "Prepend" => new Prepend(field["prepend"].Text()),
        "Nmt" => new NmtNormalizer(),
        "ByteLevel" => new ByteLevelNormalizer(),
        "Precompiled" => ReadCharsMap(field["precompiled_charsmap"]),
        _ => throw field.Unsupported(),
    };

    private static BertNormalizer ReadBert(JsonField field)
    {
        var lowercase = field["lowercase"].Flag(true);
        return new(field["clean_text"].Flag(true), field["handle_chinese_chars"].Flag(true), field["strip_accents"].Flag(lowercase), lowercase);
    }

    private static PrecompiledCharsMap? ReadCharsMap(JsonField field)
    {
        var bytes = field.IsNull ? [] : field.Base64();
        return bytes.Length == 0 ? null : field.Read(() => new PrecompiledCharsMap(bytes));
    }
}
