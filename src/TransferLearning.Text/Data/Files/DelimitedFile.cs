using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace TransferLearning.Text;

/// <summary>Comma- and tab-separated files (RFC 4180): fields in quotes may hold separators, doubled quotes and line breaks.</summary>
internal static class DelimitedFile
{
    // Rows by which the separator is told.
    private const int FirstRows = 20;

    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>
    /// A CSV file, whose separator is what its first line says (<c>sep=;</c>, as Excel writes it), or is told by the first rows.
    /// </summary>
    public static TextTable Csv(string path, string text) => text is ['s', 'e', 'p', '=', var separator, '\r' or '\n', ..]
        ? new(path, [.. Parse(path, text, separator, CsvMode.RFC4180).Skip(1)], null)
        : new(path, [.. Parse(path, text, Separator(path, text), CsvMode.RFC4180)], null);

    /// <summary>
    /// A tab-separated file. Quotes mean something only where they do so in the whole file: many such files have quotes as plain
    /// characters.
    /// </summary>
    public static TextTable Tsv(string path, string text)
    {
        try
        {
            TextRow[] quoted = [.. Parse(path, text, '\t', CsvMode.RFC4180)];
            // Two lone quotes make one field of all rows between them.
            var spansRows = quoted.Any(row => row.Fields.Any(field => field!.Contains('\t') && field.Contains('\n')));
            if (!spansRows && quoted.Select(row => row.Fields.Length).Distinct().Count() <= 1) return new(path, quoted, null);
        }
        catch (TextFormatException)
        {
            // A lone quote: plain characters.
        }
        return new(path, [.. Parse(path, text, '\t', CsvMode.NoEscape)], null);
    }

    /// <summary>
    /// The separator that cuts the first rows into the same number of fields, the largest; where none does, what the first line has most
    /// of.
    /// </summary>
    private static char Separator(string path, string text)
    {
        var (best, fields) = Separators.Select(separator => (separator, Fields: Fields(separator))).MaxBy(candidate => candidate.Fields);
        var firstLine = text.Split('\n', 2)[0];
        return fields > 1 ? best : Separators.MaxBy(separator => firstLine.Count(character => character == separator));

        int Fields(char separator)
        {
            try
            {
                return Parse(path, text, separator, CsvMode.RFC4180).Take(FirstRows).Select(row => row.Fields.Length).Distinct()
                    .ToArray() is [var same]
                    ? same
                    : 0;
            }
            catch (TextFormatException)
            {
                return 0;
            }
        }
    }

    private static IEnumerable<TextRow> Parse(string path, string text, char separator, CsvMode mode)
    {
        var before = 0;
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            Mode = mode,
            // Left out below, with those of blanks, so that they count as lines.
            IgnoreBlankLines = false,
            BadDataFound = found => throw new TextFormatException(
                path, before + 1,
                $"a quotation mark stands inside a field that is not quoted: '{Excerpt.Of(found.Field)}'. Put the whole field into "
                + "quotation marks and double those inside."),
        });
        while (parser.Read())
        {
            if (parser.Record is not [""] && !string.IsNullOrWhiteSpace(parser.RawRecord))
                yield return new TextRow(before + 1, parser.Record!);
            before = parser.RawRow;
        }
    }
}
