namespace TransferLearning.Text;

/// <summary>Reads labelled texts from files.</summary>
public static class TextFile
{
    /// <summary>
    /// Opens a CSV (<c>.csv</c>: comma, semicolon, tab or bar), TSV (<c>.tsv</c>, <c>.tab</c>, <c>.txt</c>) or JSON Lines file
    /// (<c>.jsonl</c>, <c>.ndjson</c>), or a folder with one sub-folder of text files for each class.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Which columns hold what; null: they are found by their usual names.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="TextFormatException">
    /// The file cannot be read as what it is: wrong encoding, missing columns, an empty text or class, one class only. The message names the line.
    /// </exception>
    public static TextDataset Open(string path, TextFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        if (Directory.Exists(path)) return ClassFolder.Open(path, options);

        var text = TextDecoding.ReadAllText(path, options.Encoding);
        var table = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CSV" => DelimitedFile.Csv(path, text),
            ".TSV" or ".TAB" or ".TXT" or "" => DelimitedFile.Tsv(path, text),
            ".JSONL" or ".NDJSON" => JsonLinesFile.Read(path, text),
            var other => throw new TextFormatException(path, null, $"Files with the extension '{other.ToLowerInvariant()}' are not read. Give a .csv, .tsv or .jsonl file, or a folder with one sub-folder for each class."),
        };
        return Read(table, TextColumns.Find(table, options), options);
    }

    private static TextDataset Read(TextTable table, TextColumns columns, TextFileOptions options)
    {
        List<(string, string?, string)> examples = [];
        List<SkippedRow> skipped = [];
        foreach (var row in columns.Rows)
        {
            if (row.Fields.Length <= Math.Max(columns.Text, Math.Max(columns.Label, columns.Pair ?? 0)))
                throw new TextFormatException(table.Path, row.Line, $"has {row.Fields.Length} fields where text and label are in fields {columns.Text} and {columns.Label}, counted from 0. Mend the row; a field that holds the separator or a line break stands in quotation marks.");
            var text = row.Fields[columns.Text];
            var pair = columns.Pair is { } second ? row.Fields[second] : null;
            var label = row.Fields[columns.Label]?.Trim();
            if (string.IsNullOrWhiteSpace(text) || columns.Pair is not null && string.IsNullOrWhiteSpace(pair))
                Handle(options.EmptyTexts, row, "the text is empty", nameof(TextFileOptions.EmptyTexts));
            else if (string.IsNullOrEmpty(label))
                Handle(options.EmptyLabels, row, $"the text '{Excerpt.Of(text)}' has no class", nameof(TextFileOptions.EmptyLabels));
            else if (options.ClassNames is { } known && !known.Contains(label))
                throw new TextFormatException(table.Path, row.Line, $"the class '{label}' is none of the known ones: {string.Join(", ", known)}.{NearestName.Hint(label, known)} Correct the row or the classes.");
            else
                examples.Add((text, pair, label));
        }
        if (examples.Count == 0)
            throw new TextFormatException(table.Path, null, skipped.Count == 0 ? "The file has a header and no rows." : $"No row can be used; {skipped.Count} were skipped, the first: {skipped[0].Reason}");
        if (options.ClassNames is null && examples.DistinctBy(example => example.Item3).Count() == 1)
            throw new TextFormatException(table.Path, null, $"All {examples.Count} rows are of the class '{examples[0].Item3}'. A classifier needs at least two classes.");
        return TextDataset.Create(examples, options.ClassNames, skipped);

        void Handle(RowHandling handling, TextRow row, string fault, string option)
        {
            if (handling == RowHandling.Refuse)
                throw new TextFormatException(table.Path, row.Line, $"{fault}. Mend or remove the row, or set TextFileOptions.{option} to Skip.");
            skipped.Add(new SkippedRow($"{table.Path}, line {row.Line}", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}."));
        }
    }
}
