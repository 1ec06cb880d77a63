namespace TransferLearning.Text;

/// <summary>A text in words, joined by blanks.</summary>
/// <param name="Text">The text.</param>
/// <param name="Words">Where each word stands in it.</param>
/// <param name="Labels">The label of each word.</param>
internal sealed record TaggedText(string Text, Range[] Words, int[] Labels)
{
    public static TaggedText Of(IReadOnlyList<string> words, int[] labels)
    {
        var (ranges, start) = (new Range[words.Count], 0);
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = start..(start + words[i].Length);
            start = ranges[i].End.Value + 1;
        }
        return new(string.Join(' ', words), ranges, labels);
    }

    /// <summary>The label of each token: of the first of a word its label, of the others <see cref="TokenCrossEntropy.Ignored"/>.</summary>
    public long[] LabelsOf(TextEncoding encoding)
    {
        var labels = new long[encoding.Length];
        Array.Fill(labels, TokenCrossEntropy.Ignored);
        var word = 0;
        for (var token = 0; token < labels.Length; token++)
        {
            if (encoding.SpecialTokens[token]) continue;
            // A token may begin with the blank before its word, or be that blank alone.
            var last = encoding.Offsets[token].End.Value - 1;
            while (word < Words.Length && Words[word].End.Value <= last) word++;
            if (word < Words.Length && last >= Words[word].Start.Value) labels[token] = Labels[word++];
        }
        return labels;
    }
}
