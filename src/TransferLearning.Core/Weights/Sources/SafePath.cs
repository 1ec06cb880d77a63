using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Checks names from outside before they become part of a path or an address.</summary>
internal static partial class SafePath
{
    /// <exception cref="ArgumentException">The name is more than one plain segment.</exception>
    public static string Segment(string name, string what) => PlainSegment().IsMatch(name)
        ? name
        : throw new ArgumentException(
            $"'{name}' is no {what}. Use letters, digits, dots, dashes and underscores, beginning with a letter, digit or underscore.");

    /// <exception cref="ArgumentException">A part between slashes is no plain segment.</exception>
    public static string[] Segments(string path, string what)
    {
        var segments = path.Split('/');
        foreach (var segment in segments)
            if (!PlainSegment().IsMatch(segment))
                throw new ArgumentException($"'{path}' is no {what}: its part '{segment}' is not allowed.");
        return segments;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.+-]*\z")]
    private static partial Regex PlainSegment();
}
