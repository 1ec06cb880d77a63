namespace TransferLearning.Text;

/// <summary>Whole words. One that the vocabulary lacks is the unknown token, or nothing where there is none.</summary>
internal sealed class WordLevel(Vocabulary vocabulary, int? unknownId) : ITokenModel
{
    public Vocabulary Vocabulary => vocabulary;

    public int? UnknownId => unknownId;

    public void Tokenize(ReadOnlySpan<char> word, TokenList tokens)
    {
        if ((vocabulary.TryGet(word, out var id) ? id : unknownId) is { } token) tokens.Add(token, 0, word.Length);
    }
}
