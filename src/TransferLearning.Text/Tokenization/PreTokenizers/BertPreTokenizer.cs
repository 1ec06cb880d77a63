using System.Text;

namespace TransferLearning.Text;

/// <summary>Splits at white space, which goes, and around every punctuation character, which stays a word of its own.</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    public void Split(AlignedText text, WordList words)
    {
        var chars = text.Chars;
        foreach (var (start, end) in words.Words)
        {
            var last = start;
            for (var i = start; i < end;)
            {
                if (char.IsAsciiLetterOrDigit(chars[i]))
                {
                    i++;
                    continue;
                }
                var rune = text.RuneAt(i);
                var next = i + rune.Utf16SequenceLength;
                var isPunctuation = RuneClass.IsPunctuation(rune);
                if (isPunctuation || Rune.IsWhiteSpace(rune))
                {
                    words.Add(last, i);
                    if (isPunctuation) words.Add(i, next);
                    last = next;
                }
                i = next;
            }
            words.Add(last, end);
        }
        words.Commit();
    }
}
