namespace TransferLearning.Text;

/// <summary>Something to look for in a text.</summary>
internal abstract class Pattern
{
    /// <summary>Adds the matches, from left to right and without overlap.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches);

    /// <summary>Every match replaced.</summary>
    public string Replace(string text, string content)
    {
        List<(int Start, int End)> matches = [];
        Find(text, matches);
        if (matches.Count == 0) return text;

        var (result, last) = (new System.Text.StringBuilder(text.Length), 0);
        foreach (var (start, end) in matches)
        {
            result.Append(text, last, start - last).Append(content);
            last = end;
        }
        return result.Append(text, last, text.Length - last).ToString();
    }
}
