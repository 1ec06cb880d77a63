namespace TransferLearning.Text;

/// <summary>A text in words, joined by blanks, whose words have classes.</summary>
/// <param name="Text">The text.</param>
/// <param name="Words">Where each word stands in it.</param>
internal sealed record TaggedText(string Text, Range[] Words)
{
    public static TaggedText Of(IReadOnlyList<string> words)
    {
        var (ranges, start) = (new Range[words.Count], 0);
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = start..(start + words[i].Length);
            start = ranges[i].End.Value + 1;
        }
        return new(string.Join(' ', words), ranges);
    }

    /// <summary>
    /// The target of each token: the class of the word that it is the first token of, of other tokens <see cref="RaggedTargets.Ignored"/>.
    /// Where the split cuts a word into several, the first has its class and the others the one that follows it.
    /// </summary>
    /// <param name="tags">The class of each word.</param>
    /// <param name="inside">For each class the one that follows it within a word.</param>
    /// <param name="split">What a word is.</param>
    /// <param name="tokens">The tokens.</param>
    public long[] Targets(IReadOnlyList<long> tags, long[] inside, WordSplit split, TextEncoding tokens)
    {
        var pieces = split.Cut(Text);
        var classes = new long[pieces.Count];
        for (int piece = 0, word = 0, last = -1; piece < pieces.Count; piece++)
        {
            while (Words[word].End.Value <= pieces[piece].Start.Value) word++;
            classes[piece] = word == last ? inside[tags[word]] : tags[word];
            last = word;
        }
        var targets = new long[tokens.Length];
        Array.Fill(targets, RaggedTargets.Ignored);
        foreach (var (piece, token) in pieces.FirstTokens(tokens))
            if (targets[token] == RaggedTargets.Ignored) targets[token] = classes[piece];
        return targets;
    }
}
