namespace TransferLearning.Text;

/// <summary>A part of a text and its label.</summary>
/// <param name="Text">The part: a word, or several.</param>
/// <param name="Range">Where it stands in the text, in UTF-16 units.</param>
/// <param name="Label">The label.</param>
/// <param name="Probability">How likely the label is, 0 to 1; of several words the mean.</param>
public sealed record TextSpan(string Text, Range Range, string Label, double Probability)
{
    /// <summary>
    /// Joins the words that the labels of the CoNLL tasks hold together: <c>B-PER I-PER</c> is one span with the label <c>PER</c>.
    /// In other schemes <c>E-</c> or <c>L-</c> ends a span, and <c>S-</c> or <c>U-</c> is a whole one. Words with the label <c>O</c>
    /// are left out, and neighbours with the same label without prefix are one span.
    /// </summary>
    internal static IReadOnlyList<TextSpan> Join(string text, IReadOnlyList<TextSpan> words)
    {
        List<(string Label, List<TextSpan> Words)> spans = [];
        var isOpen = false;
        foreach (var word in words)
        {
            var (place, label) = WordTag.Parse(word.Label);
            if (label == WordTag.Outside)
            {
                isOpen = false;
                continue;
            }
            if (place is 'B' or 'S' or 'U' || !isOpen || spans[^1].Label != label) spans.Add((label, []));
            spans[^1].Words.Add(word);
            isOpen = place is null or 'B' or 'I';
        }
        return [.. spans.Select(span =>
        {
            var range = span.Words[0].Range.Start..span.Words[^1].Range.End;
            return new TextSpan(text[range], range, span.Label, span.Words.Average(word => word.Probability));
        })];
    }
}
