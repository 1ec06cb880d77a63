using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace TransferLearning.Vision;

/// <summary>A CSV file (RFC 4180, UTF-8) whose first row names the columns.</summary>
/// <param name="Path">The file.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Line, from 1, and fields of each other row.</param>
internal sealed record CsvTable(string Path, IReadOnlyList<string> Columns, IReadOnlyList<(int Line, string[] Fields)> Rows)
{
    private static readonly string[] Separators = [",", ";", "\t"];

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file whose fields are separated by what its first line has most of: commas, semicolons or tabs.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such table; the message names the line.</exception>
    public static CsvTable Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}' (looked for '{System.IO.Path.GetFullPath(path)}').", path);
        try
        {
            (int Line, string[] Fields)[] rows = [.. Parse(path, File.ReadAllText(path, Utf8))];
            if (rows.Length < 2) throw Fault(path, null, "The table has no rows below the names of its columns.");
            foreach (var (line, fields) in rows)
                if (fields.Length != rows[0].Fields.Length)
                    throw Fault(path, line, $"has {fields.Length} fields where the first row has {rows[0].Fields.Length}. Mend the row.");
            return new(path, [.. rows[0].Fields.Select(name => name.Trim())], rows[1..]);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"'{path}' is no text in UTF-8. Give a table of paths, and save it as CSV in UTF-8.", error);
        }
    }

    /// <summary>The place of a column that is named, or that has one of the usual names.</summary>
    public int Place(string? wanted, IReadOnlyList<string> usual, string option)
    {
        var names = wanted is null ? usual : [wanted];
        var places = names.SelectMany(name => Columns.Index().Where(column => column.Item.Equals(name, StringComparison.OrdinalIgnoreCase)));
        return places.Select(column => (int?)column.Index).FirstOrDefault() ?? throw Fault(
            Path, null, $"There is no column {string.Join(" or ", names.Select(name => $"'{name}'"))}"
                + $"{(wanted is null ? "" : NearestName.Hint(wanted, Columns))} among {string.Join(", ", Columns.Select(name => $"'{name}'"))}. "
                + $"Name it ({option}).");
    }

    public InvalidDataException Fault(int line, string fault) => Fault(Path, line, fault);

    private static InvalidDataException Fault(string path, int? line, string fault) =>
        new($"'{path}'{(line is null ? "" : $", line {line}")}: {fault}");

    private static IEnumerable<(int Line, string[] Fields)> Parse(string path, string text)
    {
        var before = 0;
        var header = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length).ToString();
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = Separators.MaxBy(separator => header.Count(character => character == separator[0]))!,
            // Left out below, so that they count as lines.
            IgnoreBlankLines = false,
            BadDataFound = _ => throw Fault(path, before + 1, "a quotation mark stands inside a field that is not quoted. Mend the row."),
        });
        while (parser.Read())
        {
            if (!string.IsNullOrWhiteSpace(parser.RawRecord)) yield return (before + 1, parser.Record!);
            before = parser.RawRow;
        }
    }
}
