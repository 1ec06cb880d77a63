namespace TransferLearning.Text;

/// <summary>
/// The class of a word in the schemes of the CoNLL tasks (IOB, BIOES, BILOU): where in a span it stands, and what the span is.
/// </summary>
/// <param name="Place">B, I, E, S, L or U; null where the class says no place.</param>
/// <param name="Kind">What the span is: <c>PER</c>; <c>O</c> outside of any.</param>
internal readonly record struct WordTag(char? Place, string Kind)
{
    /// <summary>The class of words outside of any span.</summary>
    public const string Outside = "O";

    public static WordTag Parse(string name) =>
        name is [('B' or 'I' or 'E' or 'S' or 'L' or 'U') and var place, '-', .. var kind] ? new(place, kind) : new(null, name);

    /// <summary>
    /// The class of what follows within the same word, where the word is cut into several; null where the scheme has none.
    /// </summary>
    public string? Inside => Place switch
    {
        null => Kind,
        'B' or 'I' => $"I-{Kind}",
        _ => null,
    };
}
