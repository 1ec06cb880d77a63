namespace TransferLearning.Text;

/// <summary>Puts a string in the place of every match of a pattern, token by token.</summary>
internal sealed class ReplaceDecoder(Pattern pattern, string content) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(token => pattern.Replace(token, content))];
}
