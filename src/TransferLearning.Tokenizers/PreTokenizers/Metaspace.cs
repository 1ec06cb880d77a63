using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Where <see cref="Metaspace"/> puts its character before a text that does not begin with it.</summary>
internal enum PrependScheme
{
    Never,
    First,
    Always,
}

/// <summary>Puts a visible character in the place of spaces and splits before it, as SentencePiece does.</summary>
internal sealed class Metaspace(Rune replacement, PrependScheme prepend, bool split) : IPreTokenizer
{
    public const string DefaultReplacement = "\u2581";

    private readonly string _replacement = replacement.ToString();
    private readonly PatternSplit _split = new(new StringPattern(replacement.ToString()), SplitBehavior.MergedWithNext);

    public static Metaspace Read(JsonField field) =>
        new(field["replacement"].Character(DefaultReplacement), ReadScheme(field), field["split"].Flag(true));

    /// <summary>Files from before 2024 say <c>add_prefix_space</c> where later ones say <c>prepend_scheme</c>.</summary>
    public static PrependScheme ReadScheme(JsonField field)
    {
        var scheme = field["prepend_scheme"];
        return scheme.Text(field["add_prefix_space"].Flag(true) ? "always" : "never") switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw scheme.Wrong("is none of always, first, never"),
        };
    }

    public void Split(AlignedText text, WordList words)
    {
        foreach (var (start, end) in words.Words)
        {
            var from = text.Appended;
            if (Prepends(text, start, end)) text.Append(_replacement, start);
            for (var i = start; i < end; i++)
                if (text.Chars[i] == ' ')
                    text.Append(_replacement, i);
                else
                    text.Keep(i, 1);
            words.Add(from, text.Appended);
        }
        text.Commit();
        words.Commit();
        if (split) _split.Split(text, words);
    }

    private bool Prepends(AlignedText text, int start, int end) =>
        (prepend == PrependScheme.Always || (prepend == PrependScheme.First && text.StartOf(start) == 0))
        && text.Chars[start] != ' ' && !text.Chars[start..end].StartsWith(_replacement, StringComparison.Ordinal);
}
