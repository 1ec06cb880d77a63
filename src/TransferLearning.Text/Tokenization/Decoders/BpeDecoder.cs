namespace TransferLearning.Text;

/// <summary>Turns the mark at the end of words into spaces between them.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => suffix.Length == 0
        ? tokens
        : [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
