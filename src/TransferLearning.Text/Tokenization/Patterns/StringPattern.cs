namespace TransferLearning.Text;

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
