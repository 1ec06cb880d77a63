using System.Globalization;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Text as protocol 0 writes it: on a line, with escapes.</summary>
internal static partial class PickleText
{
    /// <summary>A Python string literal: <c>'text'</c>.</summary>
    /// <exception cref="FormatException">There are no quotes around it.</exception>
    public static string Quoted(string line) => line.Length > 1 && line[0] == line[^1] && line[0] is '\'' or '"'
        ? Escaped(line[1..^1])
        : throw new FormatException("its pickle has a text without quotes");

    /// <summary>Python's raw-unicode-escape, and the escapes of a string literal.</summary>
    public static string Escaped(string text) => Escape().Replace(text, static match => match.Value[1] switch
    {
        'x' or 'u' => ((char)ushort.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        var other => other.ToString(),
    });

    [GeneratedRegex(@"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)")]
    private static partial Regex Escape();
}
