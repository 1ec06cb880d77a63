using System.Text;

namespace TransferLearning.Text;

/// <summary>
/// What the words of a text are, where words have classes: the same at training and at prediction, whatever the tokenizer makes of them.
/// </summary>
public enum WordSplit
{
    /// <summary>White space separates words; punctuation marks and ideographs stand for themselves, as BERT has it.</summary>
    Punctuation,

    /// <summary>White space alone separates words.</summary>
    WhiteSpace,
}

/// <summary>Cuts texts into words, and finds the tokens that stand for them.</summary>
internal static class WordSplitExtensions
{
    /// <summary>Where each word stands.</summary>
    public static IReadOnlyList<Range> Cut(this WordSplit split, string text)
    {
        List<Range> words = [];
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            var isAlone = split == WordSplit.Punctuation && (RuneClass.IsPunctuation(rune) || RuneClass.IsIdeograph(rune));
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

    /// <summary>
    /// The words that a text's tokens reach, each with the first token that covers a part of it; a token may cover several.
    /// </summary>
    public static IEnumerable<(int Word, int Token)> FirstTokens(this IReadOnlyList<Range> words, TextEncoding tokens)
    {
        var word = 0;
        for (var token = 0; token < tokens.Length; token++)
        {
            if (tokens.SpecialTokens[token]) continue;
            var (start, end) = (tokens.Offsets[token].Start.Value, tokens.Offsets[token].End.Value);
            while (word < words.Count && words[word].End.Value <= start) word++;
            for (; word < words.Count && words[word].Start.Value < end; word++) yield return (word, token);
        }
    }
}
