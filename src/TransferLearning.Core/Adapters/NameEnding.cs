using System.Buffers;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Modules named by the end of their name, or by a regular expression for it: peft's rule for targets and patterns.</summary>
internal static class NameEnding
{
    // A dot stands for itself in nearly every name, and is no reason to start a regular expression.
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\*+?|{}[]()^$");

    public static bool Fits(string name, string ending) => name == ending || name.EndsWith("." + ending, StringComparison.Ordinal)
        || ending.AsSpan().ContainsAny(Special) && Expression(ending).IsMatch(name);

    /// <exception cref="ArgumentException">It is no regular expression that can be searched in linear time.</exception>
    public static void Validate(string ending)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ending);
        try
        {
            if (ending.AsSpan().ContainsAny(Special)) Expression(ending);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException(
                $"'{ending}' names no modules: it is neither the end of a name nor a regular expression without look-around and "
                + $"back-references. {error.Message}",
                nameof(ending), error);
        }
    }

    // A pattern may come out of a file: it must not be able to search without end.
    private static Regex Expression(string ending) => new($@"^(.*\.)?({ending})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
