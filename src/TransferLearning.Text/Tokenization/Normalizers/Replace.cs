namespace TransferLearning.Text;

/// <summary>Puts a string in the place of every match of a pattern.</summary>
internal sealed class Replace(Pattern pattern, string content) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        List<(int Start, int End)> matches = [];
        pattern.Find(text.Chars, matches);
        if (matches.Count == 0) return;

        var last = 0;
        foreach (var (start, end) in matches)
        {
            text.Keep(last, start - last);
            // As in the reference, the new text belongs to the last unit that it replaces.
            if (text.Length > 0) text.Append(content, Math.Max(0, end - 1));
            last = end;
        }
        text.Keep(last, text.Length - last);
        text.Commit();
    }
}
