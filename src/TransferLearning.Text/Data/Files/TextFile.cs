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
    /// <exception cref="ArgumentException">The options name targets in two ways, or a list of columns is empty or names one twice; or a
    /// folder has no classes, a single one, one without texts or an unknown one.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="TextFormatException">
    /// The file cannot be read as what it is: wrong encoding, missing columns, an empty text or class, one class only. The message names
    /// the line.
    /// </exception>
    public static TextDataset Open(string path, TextFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options = (options ?? new()).Checked();
        if (Directory.Exists(path)) return options is { Numbers: null, LabelSeparator: null } ? ClassFolder.Open(path, options)
            : throw new ArgumentException(
                $"'{path}' is a folder, which gives each text one class: columns and separators of labels are for files.", nameof(options));

        var text = TextDecoding.ReadAllText(path, options.Encoding);
        var table = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".CSV" => DelimitedFile.Csv(path, text),
            ".TSV" or ".TAB" or ".TXT" or "" => DelimitedFile.Tsv(path, text),
            ".JSONL" or ".NDJSON" => JsonLinesFile.Read(path, text),
            var other => throw new TextFormatException(
                path, null, $"Files with the extension '{other.ToLowerInvariant()}' are not read. Give a .csv, .tsv or .jsonl file, or a folder with one sub-folder for each class."),
        };
        return new TextRows(table, TextColumns.Find(table, options), options).Read();
    }

    /// <summary>Opens a file or folder on a thread of its own.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Which columns hold what; null: they are found by their usual names.</param>
    /// <param name="cancellationToken">Where it is cancelled before the work begins, the work does not begin.</param>
    /// <inheritdoc cref="Open"/>
    public static Task<TextDataset> OpenAsync(
        string path, TextFileOptions? options = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Open(path, options), cancellationToken);
}
