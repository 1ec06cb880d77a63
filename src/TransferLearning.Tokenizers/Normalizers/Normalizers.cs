using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Changes a text before it is cut into words.</summary>
internal interface INormalizer
{
    void Normalize(AlignedText text);

    /// <summary>Reads the part <c>normalizer</c> of a tokenizer.json; null where it does nothing.</summary>
    static INormalizer? Read(JsonField field) => field.IsNull ? null : field["type"].Text() switch
    {
        "Sequence" => new NormalizerSequence([.. field["normalizers"].Items().Select(Read).OfType<INormalizer>()]),
        "BertNormalizer" => BertNormalizer.Read(field),
        "NFC" => new UnicodeForm(NormalizationForm.FormC),
        "NFD" => new UnicodeForm(NormalizationForm.FormD),
        "NFKC" => new UnicodeForm(NormalizationForm.FormKC),
        "NFKD" => new UnicodeForm(NormalizationForm.FormKD),
        "Lowercase" => new LowercaseNormalizer(),
        "StripAccents" => new RuneFilter(static rune => !RuneClass.IsMark(rune)),
        "Strip" => new StripNormalizer(field["strip_left"].Flag(true), field["strip_right"].Flag(true)),
        "Replace" => new ReplaceNormalizer(Pattern.Read(field["pattern"]), field["content"].Text()),
        "Prepend" => new PrependNormalizer(field["prepend"].Text()),
        "Nmt" => new NmtNormalizer(),
        "ByteLevel" => new ByteLevelNormalizer(),
        "Precompiled" => PrecompiledCharsMap.Read(field["precompiled_charsmap"]),
        _ => throw field.Unsupported(),
    };
}

/// <summary>Normalizers one after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        foreach (var step in steps) step.Normalize(text);
    }
}

/// <summary>Keeps the characters of a class.</summary>
internal sealed class RuneFilter(Func<Rune, bool> keeps) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            if (keeps(rune)) text.Keep(i, rune.Utf16SequenceLength);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }
}

/// <summary>Lower case, character by character and the same in every culture.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    private const int CapitalDottedI = 0x130; // the only one that becomes two characters

    public void Normalize(AlignedText text)
    {
        if (text.IsAscii)
        {
            Ascii.ToLowerInPlace(text.Units, out _);
            return;
        }
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            if (rune.Value == CapitalDottedI)
                text.Append("i\u0307", i);
            else
                text.Append(Rune.ToLowerInvariant(rune), i);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }
}

/// <summary>Removes white space from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && char.IsWhiteSpace(text.Chars[start])) start++;
        while (right && start < end && char.IsWhiteSpace(text.Chars[end - 1])) end--;
        text.Keep(start, end - start);
        text.Commit();
    }
}

/// <summary>Puts a string before a text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        if (text.Length == 0) return;
        text.Append(prefix, 0);
        text.Keep(0, text.Length);
        text.Commit();
    }
}

/// <summary>Puts a string in the place of every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(Pattern pattern, string content) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        List<(int Start, int End)> matches = [];
        pattern.Find(text.Chars, matches);
        if (matches.Count == 0) return;

        var last = 0;
        foreach (var (start, end) in matches)
        {
            text.Keep(last, start - last);
            // As in the reference, the new text belongs to the last unit that it replaces.
            if (text.Length > 0) text.Append(content, Math.Max(0, end - 1));
            last = end;
        }
        text.Keep(last, text.Length - last);
        text.Commit();
    }
}

/// <summary>Spells every character in the bytes of its UTF-8.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public void Normalize(AlignedText text)
    {
        ByteAlphabet.Spell(text, 0, text.Length);
        text.Commit();
    }
}

/// <summary>
/// SentencePiece's cleaning for machine translation: control characters away, white space and format characters to spaces.
/// </summary>
internal sealed class NmtNormalizer : INormalizer
{
    public void Normalize(AlignedText text)
    {
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            if (!IsRemoved(rune.Value)) text.Append(IsSpace(rune.Value) ? new Rune(' ') : rune, i);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }

    private static bool IsRemoved(int value) => value is
        >= 0x01 and <= 0x08 or 0x0B or >= 0x0E and <= 0x1F or 0x7F or 0x8F or 0x9F;

    private static bool IsSpace(int value) => value is
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or >= 0x200B and <= 0x200F or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
}
