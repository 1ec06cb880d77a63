namespace TransferLearning.Text;

/// <summary>Reads the output of a CTC speech model: repeats and padding go, the delimiter becomes a space.</summary>
internal sealed class CtcDecoder(string padding, string wordDelimiter, bool cleanup) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Where((token, i) => i == 0 || token != tokens[i - 1]).Select(Decode).Where(part => part.Length > 0)];

    private string Decode(string token)
    {
        token = Replace(token, padding, "");
        return cleanup ? Replace(WordPieceDecoder.CleanUp(token), wordDelimiter, " ") : token;
    }

    private static string Replace(string token, string old, string content) =>
        old.Length == 0 ? token : token.Replace(old, content, StringComparison.Ordinal);
}
