using System.Globalization;

namespace TransferLearning.Text;

/// <summary>Reads the examples of a table row by row; names the row of what cannot be used, or lists it as skipped.</summary>
internal sealed class TextRows(TextTable table, TextColumns columns, TextFileOptions options)
{
    private const string Cure = "Mend the row; a field that holds the separator or a line break stands in quotation marks.";

    private readonly List<SkippedItem> _skipped = [.. columns.Skipped];

    /// <summary>The examples with targets of the kind that options and rows say.</summary>
    public TextDataset Read()
    {
        var rows = UsableRows();
        Targets targets = options switch
        {
            { Labels: not null } => Flags(rows),
            { Values: not null } => Targets.Values(rows.Select(row => Numbers(row, "no number such as -1.5", _ => true)), columns.Names),
            { LabelSeparator: not null } => Labels(rows),
            _ when columns.Rows.Any(row => row.Lists?[columns.Targets[0]] is not null) => Labels(rows),
            _ => Classes(rows),
        };
        var texts = rows.Select(row => row.Fields[columns.Text]!);
        var data = columns.Second is { } second
            ? TextDataset.FromPairs(texts.Zip(rows.Select(row => row.Fields[second]!)), targets)
            : TextDataset.From(texts, targets);
        return data.WithSkipped(_skipped);
    }

    /// <summary>One class a row.</summary>
    private ClassTargets Classes(List<TextRow> rows)
    {
        string[] classes = [.. rows.Select(row => Class(row, Field(row, columns.Targets[0])))];
        return options.ClassNames is null && classes.Distinct().Count() == 1
            ? throw new TextFormatException(
                table.Path, null, $"All {rows.Count} rows are of the class '{classes[0]}'. A classifier needs at least two classes.")
            : Targets.Classes(classes, options.ClassNames);
    }

    /// <summary>A list of labels a row.</summary>
    private LabelTargets Labels(List<TextRow> rows)
    {
        string[][] labels = [.. rows.Select(row => Array.ConvertAll(List(row, columns.Targets[0]), label => Class(row, label.Trim())))];
        return options.ClassNames is null && labels.All(row => row.Length == 0)
            ? throw new TextFormatException(table.Path, null, $"None of the {rows.Count} rows has a label.")
            : Targets.Labels(labels, options.ClassNames);
    }

    /// <summary>A column for each label, 0 or 1.</summary>
    private LabelTargets Flags(List<TextRow> rows)
    {
        return Targets.Labels(rows.Select(LabelsOf), columns.Names);

        string[] LabelsOf(TextRow row) =>
            [.. columns.Names.Zip(Numbers(row, "neither 0 nor 1", number => number is 0 or 1)).Where(flag => flag.Second == 1).Select(flag => flag.First)];
    }

    /// <summary>The rows that have all they need.</summary>
    private List<TextRow> UsableRows()
    {
        List<TextRow> rows = [];
        var last = columns.Targets.Append(columns.Text).Append(columns.Second ?? 0).Max();
        var width = table.Rows[0].Fields.Length;
        foreach (var row in columns.Rows)
        {
            if (row.Fields.Length <= last)
                throw new TextFormatException(
                    table.Path, row.Line, $"has {row.Fields.Length} fields where text and label are in fields {columns.Text} and "
                        + $"{string.Join(", ", columns.Targets)}, counted from 0. {Cure}");
            if (row.Fields.Skip(width).Any(field => !string.IsNullOrWhiteSpace(field)))
                throw new TextFormatException(
                    table.Path, row.Line, $"has {row.Fields.Length} fields where the first row has {width}. {Cure}");
            var text = row.Fields[columns.Text];
            if (string.IsNullOrWhiteSpace(text) || columns.Second is { } second && string.IsNullOrWhiteSpace(row.Fields[second]))
                Handle(options.EmptyTexts, row, "the text is empty", "rows with an empty text", nameof(TextFileOptions.EmptyTexts));
            else if (columns.Targets.Any(column => IsMissing(row, column)))
                Handle(options.EmptyLabels, row,
                    $"the text '{Excerpt.Of(text)}' has no {(options.Numbers is null ? "class" : "number in every column")}",
                    $"rows without a {(options.Numbers is null ? "class" : "number")}", nameof(TextFileOptions.EmptyLabels));
            else
                rows.Add(row);
        }
        return rows.Count > 0 ? rows : throw new TextFormatException(
            table.Path, null, _skipped.Count == 0 ? "The file has a header and no "
                + "rows." : $"No row can be used; {_skipped.Count} were skipped, the first: {_skipped[0].Reason}");
    }

    /// <summary>Whether there is no answer: an empty list of labels is one.</summary>
    private bool IsMissing(TextRow row, int column) =>
        options.LabelSeparator is null && row.Lists?[column] is null
            ? string.IsNullOrWhiteSpace(row.Fields[column])
            : row.Fields[column] is null;

    private static string Field(TextRow row, int column) => row.Fields[column]!.Trim();

    private string Class(TextRow row, string label) => options.ClassNames is not { } known
        || known.Contains(label) ? label : throw new TextFormatException(
        table.Path, row.Line, $"the class '{label}' is none of the known ones: {string.Join(", ", known)}."
        + $"{SimilarNames.Hint(label, known)} Correct the row or the classes.");

    private string[] List(TextRow row, int column) =>
        row.Lists?[column] ?? (
            options.LabelSeparator is { } separator ? row.Fields[column]!.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [row.Fields[column]!]);

    private float[] Numbers(TextRow row, string fault, Func<float, bool> isValid) => [
        .. columns.Targets.Zip(columns.Names, (column, name) =>
    {
        var field = Field(row, column);
        var number = options.Labels is not null && bool.TryParse(field, out var truth) ? (truth ? 1 : 0)
            : float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : float.NaN;
        return float.IsFinite(number) && isValid(number) ? number : throw new TextFormatException(
            table.Path, row.Line, $"the column '{name}' holds '{Excerpt.Of(field)}', which is {fault}. Correct the row, or name other "
                + "columns.");
    })];

    private void Handle(ProblemHandling handling, TextRow row, string fault, string kinds, string option)
    {
        if (handling == ProblemHandling.Refuse)
            throw new TextFormatException(
                table.Path, row.Line, $"{fault}. Mend or remove the row, or set TextFileOptions.{option} to Skip.");
        _skipped.Add(new SkippedItem($"{table.Path}, line {row.Line}", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}.") { Kind = kinds });
    }
}
