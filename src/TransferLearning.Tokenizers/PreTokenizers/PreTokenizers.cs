using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Cuts a text into the words that the model takes one at a time, and may change the text on the way.</summary>
internal interface IPreTokenizer
{
    void Split(AlignedText text, WordList words);

    /// <summary>Reads the part <c>pre_tokenizer</c> of a tokenizer.json; null where a text is one word.</summary>
    static IPreTokenizer? Read(JsonField field) => field.IsNull ? null : field["type"].Text() switch
    {
        "Sequence" => new PreTokenizerSequence([.. field["pretokenizers"].Items().Select(Read).OfType<IPreTokenizer>()]),
        "BertPreTokenizer" => new BertPreTokenizer(),
        "Whitespace" => new PatternSplit(new WordPattern(), SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new PatternSplit(new RunePattern(Rune.IsWhiteSpace), SplitBehavior.Removed),
        "Punctuation" => new PatternSplit(new RunePattern(RuneClass.IsPunctuation), PatternSplit.ReadBehavior(field["behavior"])),
        "Digits" => new PatternSplit(
            new RunePattern(Rune.IsNumber), field["individual_digits"].Flag(false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "CharDelimiterSplit" => new PatternSplit(new StringPattern(field["delimiter"].Character().ToString()), SplitBehavior.Removed),
        "Split" =>
            new PatternSplit(Pattern.Read(field["pattern"]), PatternSplit.ReadBehavior(field["behavior"]), field["invert"].Flag(false)),
        "ByteLevel" => new ByteLevel(field["add_prefix_space"].Flag(true), field["use_regex"].Flag(true)),
        "Metaspace" => Metaspace.Read(field),
        "UnicodeScripts" => new UnicodeScripts(),
        _ => throw field.Unsupported(),
    };
}

/// <summary>Pre-tokenizers one after the other, each on the words of the one before.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Split(AlignedText text, WordList words)
    {
        foreach (var step in steps) step.Split(text, words);
    }
}

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
