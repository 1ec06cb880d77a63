using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>Finds names of classes that are different to a computer and alike to a reader: mostly one class under two names.</summary>
public static class SimilarNames
{
    private const int MostInWarning = 10;

    /// <summary>The pairs of names that differ in nothing but Unicode form, case, white space, signs that cannot be seen, or how a number is written (<c>1</c> and <c>1.0</c>).</summary>
    /// <param name="names">Names that are all different.</param>
    /// <returns>Each name after the first of its likes with that first, in the order of the names.</returns>
    public static IReadOnlyList<(string First, string Second)> Find(IEnumerable<string> names)
    {
        names = NoNulls.Checked([.. names ?? throw new ArgumentNullException(nameof(names))], nameof(names));
        return [.. names.GroupBy(Read).SelectMany(alike => alike.Skip(1).Select(other => (alike.First(), other)))];
    }

    /// <summary>" 'x' and 'X' differ in ...", or " Did you mean 'x'?", or nothing: for messages about names that do not exist.</summary>
    /// <param name="name">The name.</param>
    /// <param name="names">Those that exist.</param>
    public static string Hint(string name, IReadOnlyList<string> names) =>
        Find(names.Append(name)).FirstOrDefault(pair => pair.Second == name) is { First: { } like }
            ? $" '{like}' and '{name}' differ in {Difference((like, name))}."
            : NearestName.Hint(name, names);

    /// <summary>A sentence that names the pairs; null where there are none.</summary>
    internal static string? Warning(IReadOnlyList<string> names)
    {
        var pairs = Find(names);
        return pairs.Count == 0 ? null
            : $"Some class names look alike, and are classes of their own: {string.Join("; ", pairs.Take(MostInWarning).Select(pair => $"'{pair.First}' and '{pair.Second}' differ in {Difference(pair)}"))}"
            + $"{(pairs.Count > MostInWarning ? $"; {pairs.Count} pairs in all" : "")}. Where they mean the same, give them one name.";
    }

    /// <summary>A name as it is read by eye.</summary>
    private static string Read(string name)
    {
        var seen = Composed(name, NormalizationForm.FormKC).EnumerateRunes().Where(rune => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control) || Rune.IsWhiteSpace(rune));
        var words = string.Concat(seen).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var text = string.Join(' ', words).ToUpperInvariant();
        return IsNumber(text, out var number) ? number.ToString("G29", CultureInfo.InvariantCulture) : text;
    }

    private static string Difference((string First, string Second) pair)
    {
        var (one, other) = (Composed(pair.First, NormalizationForm.FormC), Composed(pair.Second, NormalizationForm.FormC));
        return one == other ? "their Unicode form"
            : string.Equals(one, other, StringComparison.OrdinalIgnoreCase) ? "upper and lower case"
            : IsNumber(one, out _) && IsNumber(other, out _) ? "how the number is written"
            : "spaces, signs that cannot be seen, or forms of letters";
    }

    private static bool IsNumber(string text, out decimal number) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    // Half of a surrogate pair has no form: it is read as U+FFFD.
    private static string Composed(string name, NormalizationForm form) => string.Concat(name.EnumerateRunes()).Normalize(form);
}
