namespace TransferLearning.Tokenizers;

/// <summary>What becomes of the matches that a text is split at.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits words at the matches of a pattern, or at what lies between them.</summary>
internal sealed class PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert = false) : IPreTokenizer
{
    /// <summary>Reads the field <c>behavior</c>.</summary>
    public static SplitBehavior ReadBehavior(JsonField field) => field.Text("Isolated") switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw field.Wrong("is none of Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };

    private readonly record struct Part(int Start, int End, bool IsDelimiter);

    public void Split(AlignedText text, WordList words)
    {
        List<(int Start, int End)> matches = [];
        List<Part> parts = [];
        foreach (var (start, end) in words.Words)
        {
            matches.Clear();
            pattern.Find(text.Chars[start..end], matches);
            FillIn(matches, start, end, parts);
            Add(parts, words);
        }
        words.Commit();
    }

    /// <summary>The matches and what lies between them: together they cover the word.</summary>
    private void FillIn(List<(int Start, int End)> matches, int start, int end, List<Part> parts)
    {
        parts.Clear();
        var last = start;
        foreach (var match in matches)
        {
            if (start + match.Start > last) parts.Add(new(last, start + match.Start, invert));
            if (match.End > match.Start) parts.Add(new(start + match.Start, start + match.End, !invert));
            last = start + match.End;
        }
        if (last < end) parts.Add(new(last, end, invert));
    }

    private void Add(List<Part> parts, WordList words)
    {
        for (int i = 0, next; i < parts.Count; i = next)
        {
            next = i + 1;
            if (behavior == SplitBehavior.Removed && parts[i].IsDelimiter) continue;
            while (next < parts.Count && BelongTogether(parts[next - 1], parts[next])) next++;
            words.Add(parts[i].Start, parts[next - 1].End);
        }
    }

    private bool BelongTogether(Part left, Part right) => behavior switch
    {
        SplitBehavior.Contiguous => left.IsDelimiter == right.IsDelimiter,
        SplitBehavior.MergedWithPrevious => !left.IsDelimiter && right.IsDelimiter,
        SplitBehavior.MergedWithNext => left.IsDelimiter && !right.IsDelimiter,
        _ => false,
    };
}
