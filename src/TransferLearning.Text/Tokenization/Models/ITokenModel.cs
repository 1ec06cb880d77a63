namespace TransferLearning.Text;

/// <summary>Cuts a word into tokens of a vocabulary. Thread-safe.</summary>
internal interface ITokenModel
{
    Vocabulary Vocabulary { get; }

    /// <summary>The token that stands for what the vocabulary cannot spell.</summary>
    int? UnknownId { get; }

    /// <summary>Adds the tokens of a word that is not empty and holds no lone surrogates.</summary>
    void Tokenize(ReadOnlySpan<char> word, TokenList tokens);
}
