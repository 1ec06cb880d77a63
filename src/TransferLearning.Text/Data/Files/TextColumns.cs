using System.Globalization;

namespace TransferLearning.Text;

/// <summary>Which columns of a table hold the text, the second one and the targets, and what the targets' columns are called.</summary>
/// <param name="Text">Column of the text, from 0.</param>
/// <param name="Second">Column of the second text; null where there are no pairs.</param>
/// <param name="Targets">Column of the class or labels, or all columns of numbers.</param>
/// <param name="Names">Names of the targets' columns.</param>
/// <param name="Rows">The rows without the header.</param>
internal sealed record TextColumns(
    int Text, int? Second, IReadOnlyList<int> Targets, IReadOnlyList<string> Names, IReadOnlyList<TextRow> Rows)
{
    private static readonly string[] TextNames = [
        "text", "sentence", "question", "content", "review", "message", "sms", "title", "description", "document", "query", "utterance"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "category", "topic", "intent", "target", "sentiment", "tag"];

    /// <summary>A row that was taken for the header on a guess.</summary>
    public IReadOnlyList<SkippedItem> Skipped { get; private init; } = [];

    public static TextColumns Find(TextTable table, TextFileOptions options)
    {
        if (table.Rows.Count == 0) throw new TextFormatException(table.Path, null, "The file has no rows.");
        var named = table.Columns is not null;
        var names = table.Columns ?? [.. table.Rows[0].Fields.Select(field => field?.Trim() ?? "")];
        var counted = !named && IsNumber(options.Text) && (options.Numbers?.All(IsNumber) ?? IsNumber(options.Label))
            && IsNumber(options.SecondText ?? "0");
        var text = Place(options.Text, TextNames);
        int?[] targets = options.Numbers is null
            ? [Place(options.Label, LabelNames)]
            : [.. options.Numbers.Select(column => Place(column, []))];

        var header = !named && (options.Header ?? (counted
            ? IsUsual(text, TextNames) || targets.Any(target => IsUsual(target, LabelNames))
            : text is not null && targets.All(target => target is not null)));
        if (!named && !header && options is { Text: null, SecondText: null, Label: null, Numbers: null } && names.Count == 2)
            return OfTwo(table, mayHaveHeader: options.Header is null);
        if (text is null) throw Missing("text", nameof(options.Text), options.Text);
        var second = options.SecondText is null
            ? (int?)null
            : Place(options.SecondText, []) ?? throw Missing("second text", nameof(options.SecondText), options.SecondText);
        int[] found = [
            .. targets.Select((target, i) => target ?? throw Missing(Role(options).ToLowerInvariant(), Role(options), options.Numbers?[i] ?? options.Label))];
        return new(
            text.Value, second, found, [.. found.Select((column, i) => header || named ? names[column] : options.Numbers?[i] ?? "")], [.. table.Rows.Skip(header ? 1 : 0)]);

        // A number may stand in the first row too: it is a name only where columns have names.
        int? Place(string? wanted, string[] usual) => (counted ? null : Named(names, wanted, usual)) ?? Numbered(names.Count, wanted);

        bool IsUsual(int? column, string[] usual) => column is { } place && usual.Contains(names[place], StringComparer.OrdinalIgnoreCase);

        TextFormatException Missing(string role, string option, string? wanted) => new(
            table.Path, null,
            $"{(wanted is null ? $"No column is named as a {role} usually is" : $"There is no column '{wanted}' for the {role}.{NearestName.Hint(wanted, names)}")}"
            + $"{(wanted is null ? "." : "")} The {(named ? "properties are" : "first row is")}: {string.Join(", ", names.Select(name => $"'{Excerpt.Of(name)}'"))}. "
            + $"Say which one holds it, by name or by number from 0 (TextFileOptions.{option}).");
    }

    /// <summary>Two columns without the usual names: classes repeat, texts do not.</summary>
    private static TextColumns OfTwo(TextTable table, bool mayHaveHeader)
    {
        var label = Distinct(table, 0) < Distinct(table, 1) ? 0 : 1;
        var header = mayHaveHeader && NamesColumn(table, label);
        return new(1 - label, null, [label], [header ? Cell(table.Rows[0], label) : ""], [.. table.Rows.Skip(header ? 1 : 0)])
        {
            Skipped = header ? [new SkippedItem($"{table.Path}, line {table.Rows[0].Line}",
                "Taken for the names of the columns; set TextFileOptions.Header to false where it is an example.") { Kind =
                "rows taken for the names of the columns" }] : [],
        };
    }

    private static string Role(TextFileOptions options) =>
        options.Labels is not null ? nameof(options.Labels) : options.Values is not null ? nameof(options.Values) : nameof(options.Label);

    private static int? Named(IReadOnlyList<string> names, string? wanted, string[] usual) => wanted is null
        ? usual.Select(name => Index(names, name, StringComparison.OrdinalIgnoreCase)).FirstOrDefault(place => place is not null)
        : Index(names, wanted, StringComparison.Ordinal) ?? Index(names, wanted, StringComparison.OrdinalIgnoreCase);

    private static int? Numbered(int columns, string? wanted) =>
        IsNumber(wanted) && int.Parse(wanted!, CultureInfo.InvariantCulture) is var number && number < columns ? number : null;

    private static int? Index(IReadOnlyList<string> names, string name, StringComparison comparison)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i].Equals(name, comparison)) return i;
        return null;
    }

    private static bool IsNumber(string? text) => text is { Length: > 0 and < 6 } && text.All(char.IsAsciiDigit);

    private static int Distinct(TextTable table, int column) =>
        table.Rows.Select(row => Cell(row, column)).Distinct(StringComparer.Ordinal).Count();

    /// <summary>
    /// Whether the first row holds the column's name: no other row is of that class, and all other classes occur twice or more.
    /// </summary>
    private static bool NamesColumn(TextTable table, int column)
    {
        var counts = table.Rows.CountBy(row => Cell(row, column)).ToDictionary(StringComparer.Ordinal);
        return counts.Remove(Cell(table.Rows[0], column), out var first) && first == 1 && counts.Values.All(count => count > 1);
    }

    private static string Cell(TextRow row, int column) => row.Fields.ElementAtOrDefault(column)?.Trim() ?? "";
}
