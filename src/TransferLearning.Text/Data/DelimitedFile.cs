using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace TransferLearning.Text;

/// <summary>Comma- and tab-separated files (RFC 4180): fields in quotes may hold separators, doubled quotes and line breaks.</summary>
internal static class DelimitedFile
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>A CSV file, whose separator is the one that its first line has most of.</summary>
    public static TextTable Csv(string path, string text)
    {
        var firstLine = text.AsSpan(0, text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end : text.Length).ToString();
        return new(path, Parse(path, text, Separators.MaxBy(separator => firstLine.Count(character => character == separator)), CsvMode.RFC4180), null);
    }

    /// <summary>A tab-separated file. Quotes mean something only where they do so in the whole file: many such files have quotes as plain characters.</summary>
    public static TextTable Tsv(string path, string text)
    {
        try
        {
            var quoted = Parse(path, text, '\t', CsvMode.RFC4180);
            if (quoted.Select(row => row.Fields.Length).Distinct().Count() <= 1) return new(path, quoted, null);
        }
        catch (TextFormatException)
        {
            // A lone quote: plain characters.
        }
        return new(path, Parse(path, text, '\t', CsvMode.NoEscape), null);
    }

    private static List<TextRow> Parse(string path, string text, char separator, CsvMode mode)
    {
        var before = 0;
        using var parser = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            Mode = mode,
            BadDataFound = found => throw new TextFormatException(
                path, before + 1,
                $"a quotation mark stands inside a field that is not quoted: '{Excerpt.Of(found.Field)}'. Put the whole field into quotation marks and double those inside."),
        });
        List<TextRow> rows = [];
        while (parser.Read())
        {
            rows.Add(new TextRow(before + 1, parser.Record!));
            before = parser.RawRow;
        }
        return rows;
    }
}
