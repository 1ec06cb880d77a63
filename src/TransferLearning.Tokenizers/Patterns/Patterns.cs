using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Something to look for in a text.</summary>
internal abstract class Pattern
{
    /// <summary>Reads <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
    public static Pattern Read(JsonField field)
    {
        if (field.Has("String")) return new StringPattern(field["String"].Text());
        var regex = field["Regex"];
        var pattern = regex.Text();
        return regex.Read(() => new RegexPattern(pattern));
    }

    /// <summary>Adds the matches, from left to right and without overlap.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches);

    /// <summary>Every match replaced.</summary>
    public string Replace(string text, string content)
    {
        List<(int Start, int End)> matches = [];
        Find(text, matches);
        if (matches.Count == 0) return text;

        var (result, last) = (new StringBuilder(text.Length), 0);
        foreach (var (start, end) in matches)
        {
            result.Append(text, last, start - last).Append(content);
            last = end;
        }
        return result.Append(text, last, text.Length - last).ToString();
    }
}

/// <summary>A string as it stands.</summary>
internal sealed class StringPattern(string value) : Pattern
{
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (value.Length == 0) return;
        for (int at = 0, found; (found = text[at..].IndexOf(value, StringComparison.Ordinal)) >= 0; at += found + value.Length)
            matches.Add((at + found, at + found + value.Length));
    }
}

/// <summary>Every single character of a class.</summary>
internal sealed class RunePattern(Func<Rune, bool> isMatch) : Pattern
{
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isMatch(rune)) matches.Add((at, at + rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }
    }
}

/// <summary>Runs of word characters, and runs of what is neither word nor white space: <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WordPattern : Pattern
{
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var (at, start, kind) = (0, 0, (bool?)null);
        foreach (var rune in text.EnumerateRunes())
        {
            bool? next = Rune.IsWhiteSpace(rune) ? null : RuneClass.IsWord(rune);
            if (next != kind)
            {
                if (kind is not null) matches.Add((start, at));
                (start, kind) = (at, next);
            }
            at += rune.Utf16SequenceLength;
        }
        if (kind is not null) matches.Add((start, at));
    }
}
