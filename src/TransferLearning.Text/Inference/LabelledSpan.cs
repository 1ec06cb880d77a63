namespace TransferLearning.Text;

/// <summary>A part of a text and its label.</summary>
/// <param name="Text">The part: a word, or several.</param>
/// <param name="Range">Where it stands in the text, in UTF-16 units.</param>
/// <param name="Label">The label.</param>
/// <param name="Probability">How likely the label is, 0 to 1; of several words the mean.</param>
public sealed record LabelledSpan(string Text, Range Range, string Label, double Probability)
{
    private const string Outside = "O";

    /// <summary>
    /// Joins the words that the labels of the CoNLL tasks hold together: <c>B-PER I-PER</c> is one span with the label <c>PER</c>.
    /// In other schemes <c>E-</c> or <c>L-</c> ends a span, and <c>S-</c> or <c>U-</c> is a whole one. Words with the label <c>O</c>
    /// are left out, and neighbours with the same label without prefix are one span.
    /// </summary>
    internal static IReadOnlyList<LabelledSpan> Join(string text, IReadOnlyList<LabelledSpan> words)
    {
        List<(string Label, List<LabelledSpan> Words)> spans = [];
        var isOpen = false;
        foreach (var word in words)
        {
            var (prefix, label) = word.Label is [('B' or 'I' or 'E' or 'S' or 'L' or 'U') and var letter, '-', .. var name] ? (letter, name) : ('I', word.Label);
            if (label == Outside)
            {
                isOpen = false;
                continue;
            }
            if (prefix is 'B' or 'S' or 'U' || !isOpen || spans[^1].Label != label) spans.Add((label, []));
            spans[^1].Words.Add(word);
            isOpen = prefix is 'B' or 'I';
        }
        return [.. spans.Select(span =>
        {
            var range = span.Words[0].Range.Start..span.Words[^1].Range.End;
            return new LabelledSpan(text[range], range, span.Label, span.Words.Average(word => word.Probability));
        })];
    }
}
