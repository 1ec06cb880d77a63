using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TransferLearning.Tokenizers;

/// <summary>
/// A regular expression of the Oniguruma library. .NET matches UTF-16 units where Oniguruma matches characters: a character
/// outside the basic plane is therefore stood in for by one of its category that takes one unit.
/// </summary>
internal sealed class RegexPattern : Pattern
{
    // A pattern that looks around is matched by backtracking, which an unlucky or hostile one does without end.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Regex _regex;

    /// <exception cref="ArgumentException">The pattern is not valid or not supported.</exception>
    public RegexPattern(string pattern)
    {
        const RegexOptions options = RegexOptions.CultureInvariant | RegexOptions.Multiline;
        var translated = OnigurumaPattern.Translate(pattern);
        try
        {
            _regex = new(translated, options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException) // look-around and atomic groups
        {
            _regex = new(translated, options | RegexOptions.Compiled, Patience);
        }
    }

    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0)
            FindAmongAstral(text, matches);
        else
            foreach (var match in _regex.EnumerateMatches(text)) matches.Add((match.Index, match.Index + match.Length));
    }

    private void FindAmongAstral(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var (characters, positions, count, at) = (new char[text.Length], new int[text.Length + 1], 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            (positions[count], characters[count++]) = (at, rune.IsBmp ? (char)rune.Value : StandIn(rune));
            at += rune.Utf16SequenceLength;
        }
        positions[count] = at;
        foreach (var match in _regex.EnumerateMatches(characters.AsSpan(0, count)))
            matches.Add((positions[match.Index], positions[match.Index + match.Length]));
    }

    /// <summary>A character of the basic plane of the same category, one that no pattern is likely to name.</summary>
    internal static char StandIn(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\uA640',
        UnicodeCategory.LowercaseLetter => '\uA641',
        UnicodeCategory.TitlecaseLetter => '\u1F88',
        UnicodeCategory.ModifierLetter => '\uA717',
        UnicodeCategory.OtherLetter => '\uA4D0',
        UnicodeCategory.NonSpacingMark => '\uA806',
        UnicodeCategory.SpacingCombiningMark => '\uA8B4',
        UnicodeCategory.EnclosingMark => '\uA670',
        UnicodeCategory.DecimalDigitNumber => '\uA8D0',
        UnicodeCategory.LetterNumber => '\uA6E6',
        UnicodeCategory.OtherNumber => '\uA830',
        UnicodeCategory.ConnectorPunctuation => '\uFE33',
        UnicodeCategory.DashPunctuation => '\uFE58',
        UnicodeCategory.OpenPunctuation => '\uFE17',
        UnicodeCategory.ClosePunctuation => '\uFE18',
        UnicodeCategory.InitialQuotePunctuation => '\u2E02',
        UnicodeCategory.FinalQuotePunctuation => '\u2E03',
        UnicodeCategory.OtherPunctuation => '\uA874',
        UnicodeCategory.MathSymbol => '\uFB29',
        UnicodeCategory.CurrencySymbol => '\uA838',
        UnicodeCategory.ModifierSymbol => '\uA700',
        UnicodeCategory.OtherSymbol => RuneClass.IsWord(rune) ? '\u24B6' : '\uA490',
        UnicodeCategory.Format => '\uFFF9',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\uFDD0',
    };
}
