namespace TransferLearning.Text;

/// <summary>A folder with one sub-folder for each class, and a text a file (<c>.txt</c>).</summary>
internal static class ClassFolder
{
    public static TextDataset Open(string folder, TextFileOptions options)
    {
        string[] classes = [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];
        if (classes.Length == 0)
            throw new TextFormatException(folder, null, "The folder has no sub-folders. Put the text files of each class into a sub-folder with the name of the class, or give a .csv, .tsv or .jsonl file.");
        if (options.ClassNames is { } known && classes.Except(known).FirstOrDefault() is { } unknown)
            throw new TextFormatException(Path.Combine(folder, unknown), null, $"The folder is of no known class; the classes are: {string.Join(", ", known)}. Rename or remove it.");

        List<(string Text, string Class)> examples = [];
        List<SkippedRow> skipped = [];
        foreach (var name in classes)
            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, name), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var text = TextDecoding.ReadAllText(file, options.Encoding);
                if (!string.IsNullOrWhiteSpace(text)) examples.Add((text, name));
                else if (options.EmptyTexts == RowHandling.Skip) skipped.Add(new SkippedRow(file, "The text is empty."));
                else throw new TextFormatException(file, null, "The text is empty. Fill or remove the file, or set TextFileOptions.EmptyTexts to Skip.");
            }
        var names = options.ClassNames ?? classes;
        if (names.FirstOrDefault(name => examples.All(example => example.Class != name)) is { } empty && options.ClassNames is null)
            throw new TextFormatException(Path.Combine(folder, empty), null, "The class has no text file (.txt). Add some, or remove the folder.");
        if (names.Count == 1)
            throw new TextFormatException(folder, null, $"There is one class only, '{names[0]}'. A classifier needs at least two.");
        return TextDataset.From(examples, names).WithSkipped(skipped);
    }
}
