namespace TransferLearning.Tokenizers;

/// <summary>
/// The longest token that the word begins with, then the longest continuation, and so on; a word that cannot be spelled so is
/// the unknown token as a whole (Schuster and Nakajima 2012, as in BERT).
/// </summary>
internal sealed class WordPiece : ITokenModel
{
    private readonly Dictionary<string, int> _continuations;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuationSpans;
    private readonly int _unknownId, _maxCharacters, _longest;

    public WordPiece(Vocabulary vocabulary, int unknownId, string continuationPrefix, int maxCharacters)
    {
        (Vocabulary, _unknownId, _maxCharacters) = (vocabulary, unknownId, maxCharacters);
        _continuations = vocabulary.Entries
            .Where(e => e.Key.StartsWith(continuationPrefix, StringComparison.Ordinal))
            .ToDictionary(e => e.Key[continuationPrefix.Length..], e => e.Value, StringComparer.Ordinal);
        _continuationSpans = _continuations.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = vocabulary.Entries.Max(e => e.Key.Length);
    }

    public static WordPiece Read(JsonField field)
    {
        var vocabulary = Vocabulary.Read(field["vocab"]);
        var unknown = field["unk_token"];
        return new(
            vocabulary,
            vocabulary.IdOf(unknown.Text("[UNK]")) ?? throw unknown.Wrong("is not in the vocabulary. Add it there"),
            field["continuing_subword_prefix"].Text("##"),
            field["max_input_chars_per_word"].Number(100));
    }

    public Vocabulary Vocabulary { get; }

    public int? UnknownId => _unknownId;

    public void Tokenize(ReadOnlySpan<char> word, TokenList tokens)
    {
        if (IsTooLong(word))
        {
            tokens.Add(_unknownId, 0, word.Length);
            return;
        }
        var first = tokens.Count;
        for (int start = 0, end; start < word.Length; start = end)
        {
            end = Math.Min(word.Length, start + _longest);
            int id;
            while (!TryGet(word[start..end], isContinuation: start > 0, out id) && end > start) end--;
            if (end == start)
            {
                tokens.RemoveFrom(first);
                tokens.Add(_unknownId, 0, word.Length);
                return;
            }
            tokens.Add(id, start, end);
        }
    }

    private bool IsTooLong(ReadOnlySpan<char> word)
    {
        if (word.Length <= _maxCharacters) return false;
        var count = 0;
        foreach (var _ in word.EnumerateRunes())
            if (++count > _maxCharacters) return true;
        return false;
    }

    private bool TryGet(ReadOnlySpan<char> piece, bool isContinuation, out int id) =>
        isContinuation ? _continuationSpans.TryGetValue(piece, out id) : Vocabulary.TryGet(piece, out id);
}
