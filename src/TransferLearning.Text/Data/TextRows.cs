using System.Globalization;

namespace TransferLearning.Text;

/// <summary>Reads the examples of a table row by row; names the row of what cannot be used, or lists it as skipped.</summary>
internal sealed class TextRows(TextTable table, TextColumns columns, TextFileOptions options)
{
    private const string Cure = "Mend the row; a field that holds the separator or a line break stands in quotation marks.";

    private readonly List<SkippedRow> _skipped = [.. columns.Skipped];

    /// <summary>The examples, each with its class.</summary>
    public TextDataset Classes()
    {
        var examples = Read(row => Class(row, Target(row, columns.Targets[0])));
        return options.ClassNames is null && examples.DistinctBy(example => example.Target).Count() == 1
            ? throw new TextFormatException(table.Path, null, $"All {examples.Count} rows are of the class '{examples[0].Target}'. A classifier needs at least two classes.")
            : TextDataset.OfClasses(examples, options.ClassNames, _skipped);
    }

    /// <summary>The examples, each with the labels of a list.</summary>
    public TextDataset Labels()
    {
        var examples = Read<IReadOnlyCollection<string>>(row => [.. List(row, columns.Targets[0]).Select(label => Class(row, label.Trim()))]);
        return options.ClassNames is null && examples.All(example => example.Target.Count == 0)
            ? throw new TextFormatException(table.Path, null, $"None of the {examples.Count} rows has a label.")
            : TextDataset.OfLabels(examples, options.ClassNames, _skipped);
    }

    /// <summary>The examples, each with a number in every column; 0 or 1 where they are labels.</summary>
    public TextDataset Numbers(IObjective objective) =>
        TextDataset.OfNumbers(Read<IReadOnlyList<float>>(row => [.. columns.Targets.Select((column, i) => Number(row, column, columns.Names[i], objective is MultiLabel))]), columns.Names, objective, _skipped);

    /// <summary>The rows that have all they need.</summary>
    private List<(string Text, string? Pair, T Target)> Read<T>(Func<TextRow, T> target)
    {
        List<(string, string?, T)> examples = [];
        var last = columns.Targets.Append(columns.Text).Append(columns.Pair ?? 0).Max();
        var width = table.Rows[0].Fields.Length;
        foreach (var row in columns.Rows)
        {
            if (row.Fields.Length <= last)
                throw new TextFormatException(table.Path, row.Line, $"has {row.Fields.Length} fields where text and label are in fields {columns.Text} and {string.Join(", ", columns.Targets)}, counted from 0. {Cure}");
            if (row.Fields.Skip(width).Any(field => !string.IsNullOrWhiteSpace(field)))
                throw new TextFormatException(table.Path, row.Line, $"has {row.Fields.Length} fields where the first row has {width}. {Cure}");
            var text = row.Fields[columns.Text];
            var pair = columns.Pair is { } second ? row.Fields[second] : null;
            if (string.IsNullOrWhiteSpace(text) || columns.Pair is not null && string.IsNullOrWhiteSpace(pair))
                Handle(options.EmptyTexts, row, "the text is empty", nameof(TextFileOptions.EmptyTexts));
            else if (columns.Targets.Any(column => IsMissing(row, column)))
                Handle(options.EmptyLabels, row, $"the text '{Excerpt.Of(text)}' has no {(options.Numbers is null ? "class" : "number in every column")}", nameof(TextFileOptions.EmptyLabels));
            else
                examples.Add((text, pair, target(row)));
        }
        return examples.Count > 0 ? examples : throw new TextFormatException(
            table.Path, null, _skipped.Count == 0 ? "The file has a header and no rows." : $"No row can be used; {_skipped.Count} were skipped, the first: {_skipped[0].Reason}");
    }

    /// <summary>Whether there is no answer: an empty list of labels is one.</summary>
    private bool IsMissing(TextRow row, int column) =>
        options.LabelSeparator is null && row.Lists?[column] is null ? string.IsNullOrWhiteSpace(row.Fields[column]) : row.Fields[column] is null;

    private static string Target(TextRow row, int column) => row.Fields[column]!.Trim();

    private string Class(TextRow row, string label) => options.ClassNames is not { } known || known.Contains(label) ? label : throw new TextFormatException(
        table.Path, row.Line, $"the class '{label}' is none of the known ones: {string.Join(", ", known)}.{NearestName.Hint(label, known)} Correct the row or the classes.");

    private string[] List(TextRow row, int column) =>
        row.Lists?[column] ?? (options.LabelSeparator is { } separator ? row.Fields[column]!.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [row.Fields[column]!]);

    private float Number(TextRow row, int column, string name, bool isLabel)
    {
        var field = Target(row, column);
        var number = isLabel && bool.TryParse(field, out var truth) ? (truth ? 1 : 0)
            : float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : float.NaN;
        return float.IsFinite(number) && (!isLabel || number is 0 or 1) ? number : throw new TextFormatException(
            table.Path, row.Line, $"the column '{name}' holds '{Excerpt.Of(field)}', which is {(isLabel ? "neither 0 nor 1" : "no number such as -1.5")}. Correct the row, or name other columns.");
    }

    private void Handle(RowHandling handling, TextRow row, string fault, string option)
    {
        if (handling == RowHandling.Refuse)
            throw new TextFormatException(table.Path, row.Line, $"{fault}. Mend or remove the row, or set TextFileOptions.{option} to Skip.");
        _skipped.Add(new SkippedRow($"{table.Path}, line {row.Line}", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}."));
    }
}
