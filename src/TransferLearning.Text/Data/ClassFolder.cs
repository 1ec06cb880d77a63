namespace TransferLearning.Text;

/// <summary>A folder with one sub-folder for each class, and a text a file (<c>.txt</c>).</summary>
internal static class ClassFolder
{
    private static readonly FileKind TextFiles = new("text file", ".txt");

    public static TextDataset Open(string path, TextFileOptions options)
    {
        var folder = DatasetFolder.Open(path, TextFiles, new DatasetFolderOptions
        {
            ClassNames = options.ClassNames,
            EmptyClasses = options.ClassNames is null ? ProblemHandling.Refuse : ProblemHandling.Skip,
        });
        var texts = folder.Files.ToDictionary(file => file.Path, file => TextDecoding.ReadAllText(file.Path, options.Encoding));
        string[] empty = [.. folder.Files.Select(file => file.Path).Where(file => string.IsNullOrWhiteSpace(texts[file]))];
        if (empty.Length > 0 && options.EmptyTexts == RowHandling.Refuse)
            throw new TextFormatException(empty[0], null, "The text is empty. Fill or remove the file, or set TextFileOptions.EmptyTexts to Skip.");
        var used = folder.Without([.. empty.Select(file => new SkippedItem(file, "The text is empty."))]);
        return TextDataset.OfClasses(
            [.. used.Files.Select(file => (texts[file.Path], (string?)null, file.Class))], used.ClassNames, [.. used.Skipped.Select(item => new SkippedRow(item.Place, item.Reason))]);
    }
}
