namespace TransferLearning.Text;

/// <summary>Turns the visible character back into spaces; those at the start go where the tokenizer put one there itself.</summary>
internal sealed class MetaspaceDecoder(string replacement, bool prepended) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(replacement, i == 0 && prepended ? "" : " ", StringComparison.Ordinal))];
}
