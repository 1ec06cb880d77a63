namespace TransferLearning.Text;

/// <summary>A folder with one sub-folder for each class, and a text a file (<c>.txt</c>).</summary>
internal static class ClassFolder
{
    private static readonly FileKind TextFiles = new("text file", ".txt");

    /// <summary>Files of many texts, by which a folder may be split.</summary>
    public static FileKind Tables { get; } = new("table", ".csv", ".tsv", ".tab", ".jsonl", ".ndjson");

    public static TextDataset Open(string path, TextFileOptions options)
    {
        if (Directory.EnumerateDirectories(path).Any() is false && FolderSplits.Find(path, Tables) is { } splits)
            throw new ArgumentException($"'{path}' is split into files, which are no classes: open '{splits.Train}' to learn from, "
                + "and the others with its class names (TextFileOptions.ClassNames).");
        var folder = DatasetFolder.Open(path, TextFiles, new DatasetFolderOptions
        {
            ClassNames = options.ClassNames,
            EmptyClasses = options.ClassNames is null ? ProblemHandling.Refuse : ProblemHandling.Skip,
        });
        var texts = folder.Files.ToDictionary(file => file.Path, file => TextDecoding.ReadAllText(file.Path, options.Encoding));
        string[] empty = [.. folder.Files.Select(file => file.Path).Where(file => string.IsNullOrWhiteSpace(texts[file]))];
        if (empty.Length > 0 && options.EmptyTexts == ProblemHandling.Refuse)
            throw new TextFormatException(
                empty[0], null, "The text is empty. Fill or remove the file, or set TextFileOptions.EmptyTexts to Skip.");
        var used = folder.Without([.. empty.Select(file => new SkippedItem(file, "The text is empty.") { Kind = "empty text files" })]);
        return TextDataset.From(used.Files.Select(file => (texts[file.Path], file.Class)), used.ClassNames).WithSkipped(used.Skipped);
    }
}
