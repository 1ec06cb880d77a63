using System.Text;

namespace TransferLearning.Text;

internal static class PreTokenizerReader
{
    public static IPreTokenizer? Read(JsonField field) => field.IsNull ? null : field["type"].Text() switch
    {
        "Sequence" => new PreTokenizerSequence([.. field["pretokenizers"].Items().Select(Read).OfType<IPreTokenizer>()]),
        "BertPreTokenizer" => new BertPreTokenizer(),
        "Whitespace" => new PatternSplit(new WordPattern(), SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new PatternSplit(new RunePattern(Rune.IsWhiteSpace), SplitBehavior.Removed),
        "Punctuation" => new PatternSplit(new RunePattern(RuneClass.IsPunctuation), Behavior(field["behavior"])),
        "Digits" => new PatternSplit(new RunePattern(Rune.IsNumber), field["individual_digits"].Flag(false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "CharDelimiterSplit" => new PatternSplit(new StringPattern(field["delimiter"].Character().ToString()), SplitBehavior.Removed),
        "Split" => new PatternSplit(PatternReader.Read(field["pattern"]), Behavior(field["behavior"]), field["invert"].Flag(false)),
        "ByteLevel" => new ByteLevel(field["add_prefix_space"].Flag(true), field["use_regex"].Flag(true)),
        "Metaspace" => new Metaspace(field["replacement"].Character("\u2581"), Scheme(field), field["split"].Flag(true)),
        "UnicodeScripts" => new UnicodeScripts(),
        _ => throw field.Unsupported(),
    };

    private static SplitBehavior Behavior(JsonField field) => field.Text("Isolated") switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw field.Wrong("is none of Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };

    /// <summary>Files from before 2024 say <c>add_prefix_space</c> where later ones say <c>prepend_scheme</c>.</summary>
    public static PrependScheme Scheme(JsonField field)
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
}
