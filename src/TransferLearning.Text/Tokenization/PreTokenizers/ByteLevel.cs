namespace TransferLearning.Text;

/// <summary>GPT-2's pre-tokenizer: splits into words with the space before them and spells these in bytes.</summary>
internal sealed class ByteLevel(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    private readonly PatternSplit _words = new(new Gpt2Pattern(), SplitBehavior.Isolated);

    public void Split(AlignedText text, WordList words)
    {
        if (addPrefixSpace) AddPrefixSpace(text, words);
        if (useRegex) _words.Split(text, words);

        foreach (var (start, end) in words.Words)
        {
            var from = text.Appended;
            ByteAlphabet.Spell(text, start, end);
            words.Add(from, text.Appended);
        }
        text.Commit();
        words.Commit();
    }

    private static void AddPrefixSpace(AlignedText text, WordList words)
    {
        foreach (var (start, end) in words.Words)
        {
            var from = text.Appended;
            if (text.Chars[start] != ' ') text.Append(' ', start);
            text.Keep(start, end - start);
            words.Add(from, text.Appended);
        }
        text.Commit();
        words.Commit();
    }
}
