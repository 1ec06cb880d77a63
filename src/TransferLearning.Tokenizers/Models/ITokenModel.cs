namespace TransferLearning.Tokenizers;

/// <summary>Cuts a word into tokens of a vocabulary. Thread-safe.</summary>
internal interface ITokenModel
{
    Vocabulary Vocabulary { get; }

    /// <summary>The token that stands for what the vocabulary cannot spell.</summary>
    int? UnknownId { get; }

    /// <summary>Adds the tokens of a word that is not empty and holds no lone surrogates.</summary>
    void Tokenize(ReadOnlySpan<char> word, TokenList tokens);

    /// <summary>Reads the part <c>model</c> of a tokenizer.json.</summary>
    static ITokenModel Read(JsonField field) => field["type"].Text(GuessType(field)) switch
    {
        "WordPiece" => WordPiece.Read(field),
        "BPE" => BytePairEncoding.Read(field),
        "Unigram" => Unigram.Read(field),
        "WordLevel" => WordLevel.Read(field),
        _ => throw field.Unsupported(),
    };

    /// <summary>Old files name no type.</summary>
    private static string GuessType(JsonField field) =>
        field.Has("merges")
            ? "BPE"
            : field["vocab"].IsArray
            ? "Unigram"
            : field.Has("max_input_chars_per_word")
            ? "WordPiece"
            : "WordLevel";
}

/// <summary>Whole words. One that the vocabulary lacks is the unknown token, or nothing where there is none.</summary>
internal sealed class WordLevel(Vocabulary vocabulary, int? unknownId) : ITokenModel
{
    public static WordLevel Read(JsonField field)
    {
        var vocabulary = Vocabulary.Read(field["vocab"]);
        return new(vocabulary, vocabulary.IdOf(field["unk_token"].Text("<unk>")));
    }

    public Vocabulary Vocabulary => vocabulary;

    public int? UnknownId => unknownId;

    public void Tokenize(ReadOnlySpan<char> word, TokenList tokens)
    {
        if ((vocabulary.TryGet(word, out var id) ? id : unknownId) is { } token) tokens.Add(token, 0, word.Length);
    }
}
