namespace TransferLearning.Text;

/// <summary>Joins continuations to what they continue and puts spaces between the rest.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    private static readonly (string Apart, string Together)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
        (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Decode)];

    /// <summary>English spacing around punctuation and contractions.</summary>
    public static string CleanUp(string text) =>
        Cleanups.Aggregate(text, (cleaned, change) => cleaned.Replace(change.Apart, change.Together, StringComparison.Ordinal));

    private string Decode(string token, int index)
    {
        if (index > 0) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
        return cleanup ? CleanUp(token) : token;
    }
}
