namespace TransferLearning.Tokenizers;

/// <summary>
/// From a text to tokens: added tokens are found and taken out, the rest is normalized, added tokens are found in that, the
/// rest is cut into words and these into tokens. Thread-safe.
/// </summary>
internal sealed class TokenizerPipeline(
    INormalizer? normalizer, IPreTokenizer? preTokenizer, ITokenModel model, IReadOnlyList<AddedToken> added)
{
    private readonly AddedTokenFinder _verbatim = new(added.Where(token => !token.Normalized), null);
    private readonly AddedTokenFinder _normalized = new(added.Where(token => token.Normalized), normalizer);

    /// <summary>What a pass over a text works with.</summary>
    private sealed class Pass(TokenList tokens) : IDisposable
    {
        public TokenList Tokens => tokens;
        public AlignedText Text { get; } = new();
        public AlignedText Part { get; } = new();
        public WordList Words { get; } = new();
        public List<AddedTokenFinder.Part> Parts { get; } = [];
        public List<AddedTokenFinder.Part> NormalizedParts { get; } = [];

        public void Dispose()
        {
            Text.Dispose();
            Part.Dispose();
        }
    }

    /// <summary>Adds the tokens of a text.</summary>
    public void Tokenize(string text, TokenList tokens)
    {
        using var pass = new Pass(tokens);
        _verbatim.Find(text, pass.Parts);
        foreach (var part in pass.Parts)
        {
            if (part.Token is { } token)
            {
                tokens.AddWord(token.Id, part.Start, part.End, part.SpacesBefore, part.SpacesAfter);
                continue;
            }
            pass.Text.Load(text, part.Start, part.End - part.Start);
            normalizer?.Normalize(pass.Text);
            TokenizeNormalized(pass);
        }
    }

    private void TokenizeNormalized(Pass pass)
    {
        var text = pass.Text;
        _normalized.Find(text.Chars, pass.NormalizedParts);
        foreach (var part in pass.NormalizedParts)
        {
            if (part.Token is { } token)
                pass.Tokens.AddWord(token.Id, text.StartOf(part.Start), text.EndOf(part.End - 1), part.SpacesBefore, part.SpacesAfter);
            else if (part.End - part.Start == text.Length)
                TokenizeWords(text, pass);
            else
            {
                pass.Part.Load(text, part.Start, part.End - part.Start);
                TokenizeWords(pass.Part, pass);
            }
        }
    }

    private void TokenizeWords(AlignedText text, Pass pass)
    {
        pass.Words.Reset(text);
        preTokenizer?.Split(text, pass.Words);
        foreach (var (start, end) in pass.Words.Words)
        {
            pass.Tokens.BeginWord(text, start);
            model.Tokenize(text.Chars[start..end], pass.Tokens);
        }
    }
}
