using System.Globalization;

namespace TransferLearning.Vision;

/// <summary>Reads tables that name image files and what they show: a class, several labels, or values.</summary>
public static class ImageTable
{
    private static readonly string[] PathNames = ["path", "file", "filename", "file_name", "image", "image_path", "image_name"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "category", "target", "tag"];

    /// <summary>
    /// Opens a CSV file (comma, semicolon or tab, in UTF-8) whose first row names the columns. Paths are relative to the file. Every row
    /// becomes an example; one that cannot is refused.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns hold what; null (default): they are found by their usual names.</param>
    /// <exception cref="FileNotFoundException">There is no such table, or an image that it names; the message says in which line.</exception>
    /// <exception cref="InvalidDataException">The file is no such table, lacks a column, or a row lacks its answer; the message names the
    /// line.</exception>
    /// <exception cref="ArgumentException">The options name targets in two ways, or a class is not among
    /// <see cref="ImageTableOptions.ClassNames"/>.</exception>
    public static ImageDataset Open(string path, ImageTableOptions? options = null)
    {
        options = (options ?? new()).Checked();
        var table = CsvTable.Read(path);
        var place = table.Place(options.Path, PathNames, "ImageTableOptions.Path");
        return ImageDataset.FromFiles(Files(table, place), Answers(table, options));
    }

    /// <summary>A column of the table, a field for each image: the groups of <see cref="DatasetExtensions.SplitByGroup"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">Name of the column.</param>
    /// <exception cref="FileNotFoundException">There is no such table.</exception>
    /// <exception cref="InvalidDataException">The file is no such table, or lacks the column.</exception>
    public static IReadOnlyList<string> Column(string path, string column)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        var table = CsvTable.Read(path);
        var place = table.Place(column, [], nameof(column));
        return [.. table.Rows.Select(row => row.Fields[place].Trim())];
    }

    private static List<string> Files(CsvTable table, int place)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table.Path))!;
        List<string> files = [.. table.Rows.Select(row => string.IsNullOrWhiteSpace(row.Fields[place])
            ? throw table.Fault(row.Line, "the path is empty. Mend or remove the row.")
            : Path.Combine(folder, row.Fields[place].Trim()))];
        int[] missing = [.. files.Index().Where(file => !File.Exists(file.Item)).Select(file => file.Index)];
        return missing is not [var first, ..] ? files : throw new FileNotFoundException(
            $"'{table.Path}', line {table.Rows[first].Line}: there is no file '{files[first]}'; {missing.Length} of {files.Count} rows lack "
            + "theirs. Paths are relative to the table: mend them, or bring the files.", files[first]);
    }

    private static Targets Answers(CsvTable table, ImageTableOptions options)
    {
        if ((options.Labels ?? options.Values) is { } columns)
        {
            int[] places = [.. columns.Select(name => table.Place(name, [], options.Values is null ? "ImageTableOptions.Labels" : "ImageTableOptions.Values"))];
            string[] names = [.. places.Select(place => table.Columns[place])];
            return options.Values is not null
                ? Targets.Values(table.Rows.Select(row => Numbers(row, places, "no number such as -1.5", _ => true)), names)
                : Targets.Labels(
                    table.Rows.Select(row => names.Zip(Numbers(row, places, "neither 0 nor 1", number => number is 0 or 1))
                        .Where(flag => flag.Second == 1).Select(flag => flag.First).ToArray()), names);
        }
        var label = table.Place(options.Label, LabelNames, "ImageTableOptions.Label");
        if (options.LabelSeparator is { } separator)
            return Targets.Labels(
                table.Rows.Select(row => row.Fields[label].Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
                options.ClassNames, Describe);

        string[] classes = [.. table.Rows.Select(row => row.Fields[label].Trim() is { Length: > 0 } name
            ? name
            : throw table.Fault(row.Line, $"the column '{table.Columns[label]}' is empty. Fill it or remove the row."))];
        return options.ClassNames is null && classes.Distinct().Count() == 1
            ? throw new InvalidDataException($"'{table.Path}': all {classes.Length} images are of the class '{classes[0]}'. A classifier needs two.")
            : Targets.Classes(classes, options.ClassNames, Describe);

        string Describe(int position) => $"'{table.Path}', line {table.Rows[position].Line}: the image";

        float[] Numbers((int Line, string[] Fields) row, int[] places, string fault, Func<float, bool> isValid) => Array.ConvertAll(places, place =>
            float.TryParse(row.Fields[place], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number) && isValid(number)
                ? number
                : throw table.Fault(row.Line, $"the column '{table.Columns[place]}' holds '{row.Fields[place]}', which is {fault}. Mend the row."));
    }
}
