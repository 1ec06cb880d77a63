using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>Finds names of classes that are different to a computer and alike to a reader: mostly one class under two names.</summary>
public static class SimilarNames
{
    private const int MostInWarning = 10;

    private const string CannotTell =
        "Whether names with accents are the same in another Unicode form cannot be told here, as the application has no globalization data "
        + "(InvariantGlobalization).";

    // Without these data every text counts as normalized.
    private static readonly bool CanCompose = "e\u0301".Normalize(NormalizationForm.FormC).Length == 1;

    // Letters of other scripts, and signs, that are drawn as those below them.
    private const string Drawn = "АВЕКМНОРСТХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο’‘‐‑–—−", As = "ABEKMHOPCTXaeopcyxijsABEZHIKMNOPTYXo''-----";

    /// <summary>
    /// The pairs of names that differ in nothing but Unicode form, case, white space, signs that cannot be seen, or how a number is written
    /// (<c>1</c> and <c>1.0</c>).
    /// </summary>
    /// <param name="names">Names that are all different.</param>
    /// <returns>Each name after the first of its likes with that first, in the order of the names.</returns>
    public static IReadOnlyList<(string First, string Second)> Find(IEnumerable<string> names)
    {
        names = NoNulls.Checked([.. names ?? throw new ArgumentNullException(nameof(names))], nameof(names));
        return [.. names.GroupBy(Read).SelectMany(alike => alike.Skip(1).Select(other => (alike.First(), other)))];
    }

    /// <summary>A sentence that names the pairs; null where there are none.</summary>
    internal static string? Warning(IReadOnlyList<string> names)
    {
        var pairs = Find(names);
        return pairs.Count == 0 ? Untold(names)
            : "Some class names look alike, and are classes of their own: "
            + $"{string.Join("; ", pairs.Take(MostInWarning).Select(pair => $"'{pair.First}' and '{pair.Second}' differ in {Difference(pair)}"))}"
            + $"{(pairs.Count > MostInWarning ? $"; {pairs.Count} pairs in all" : "")}. Where they mean the same, give them one name.";
    }

    /// <summary>A name as it is read by eye.</summary>
    private static string Read(string name)
    {
        var drawn = string.Concat(Composed(name, NormalizationForm.FormKC)
            .Select(letter => Drawn.IndexOf(letter, StringComparison.Ordinal) is var place and >= 0 ? As[place] : letter));
        var seen = drawn.EnumerateRunes()
            .Where(rune => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control)
            || Rune.IsWhiteSpace(rune));
        var words = string.Concat(seen).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var text = string.Join(' ', words).ToUpperInvariant();
        return IsNumber(text, out var number) ? number.ToString("G29", CultureInfo.InvariantCulture) : text;
    }

    /// <summary>
    /// " 'x' and 'X' differ in ..." where one reads like it, or else what <see cref="NearestName.Hint"/> says; nothing where no candidate
    /// is near.
    /// </summary>
    /// <param name="name">A name that is none of the candidates.</param>
    /// <param name="candidates">The names that there are.</param>
    public static string Hint(string name, IReadOnlyList<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        NoNulls.Checked(candidates, nameof(candidates));
        var read = Read(name);
        return candidates.FirstOrDefault(candidate => Read(candidate) == read) is { } alike
            ? $" '{alike}' and '{name}' differ in {Difference((alike, name))}."
            : NearestName.Hint(name, candidates) + (Untold([name, .. candidates]) is { } untold ? " " + untold : "");
    }

    /// <summary>
    /// A sentence on the first names that read alike in two lists and differ, with a blank after it; nothing where there are none.
    /// </summary>
    internal static string Difference(IReadOnlyList<string> names, IReadOnlyList<string> others)
    {
        var known = others.ToHashSet(StringComparer.Ordinal);
        var readings = others.ToLookup(Read);
        return names.Where(name => !known.Contains(name))
            .SelectMany(name => readings[Read(name)].Take(1)
            .Select(other => $"'{name}' and '{other}' differ in {Difference((name, other))}. "))
            .FirstOrDefault(Untold([.. names, .. others]) is { } untold ? untold + " " : "");
    }

    /// <summary>A sentence where names may be alike that cannot be compared here; else null.</summary>
    private static string? Untold(IEnumerable<string> names) => !CanCompose
        && names.Any(name => name.Any(letter => char.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark)) ? CannotTell : null;

    private static string Difference((string First, string Second) pair)
    {
        var (one, other) = (Composed(pair.First, NormalizationForm.FormC), Composed(pair.Second, NormalizationForm.FormC));
        return one == other ? $"their Unicode form ({Codes(pair)})"
            : string.Equals(one, other, StringComparison.OrdinalIgnoreCase) ? "upper and lower case"
            : IsNumber(one, out _) && IsNumber(other, out _) ? "how the number is written"
            : $"spaces, signs that cannot be seen, or forms of letters ({Codes(pair)})";
    }

    /// <summary>The characters in the first place where two names differ.</summary>
    private static string Codes((string First, string Second) pair)
    {
        Rune[] one = [.. pair.First.EnumerateRunes()], other = [.. pair.Second.EnumerateRunes()];
        var place = one.Zip(other).TakeWhile(runes => runes.First == runes.Second).Count();
        return $"{Code(one)} against {Code(other)} in place {place + 1}";

        string Code(Rune[] runes) => place < runes.Length ? string.Create(CultureInfo.InvariantCulture, $"U+{runes[place].Value:X4}")
            : "nothing";
    }

    private static bool IsNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    // Half of a surrogate pair has no form: it is read as U+FFFD.
    private static string Composed(string name, NormalizationForm form) => string.Concat(name.EnumerateRunes()).Normalize(form);
}
