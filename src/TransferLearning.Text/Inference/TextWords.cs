using System.Text;

namespace TransferLearning.Text;

/// <summary>Cuts a text into words as BERT does, whatever the tokenizer makes of it: what labels of words are given to.</summary>
internal static class TextWords
{
    /// <summary>Where each word stands: white space separates; punctuation marks and ideographs stand for themselves.</summary>
    public static IReadOnlyList<Range> Of(string text)
    {
        List<Range> words = [];
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            var isAlone = RuneClass.IsPunctuation(rune) || RuneClass.IsIdeograph(rune);
            if (isAlone || Rune.IsWhiteSpace(rune))
            {
                if (i > start) words.Add(start..i);
                if (isAlone) words.Add(i..(i + length));
                start = i + length;
            }
            i += length;
        }
        if (text.Length > start) words.Add(start..text.Length);
        return words;
    }
}
