namespace TransferLearning.Tokenizers;

/// <summary>Tokens and their ids, both ways.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private readonly Dictionary<int, string> _tokens = [];

    public Vocabulary(IEnumerable<KeyValuePair<string, int>> entries)
    {
        foreach (var (token, id) in entries) Add(token, id);
        _spans = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads an object of tokens and their ids.</summary>
    public static Vocabulary Read(JsonField field) =>
        new(field.Properties().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.Number())));

    /// <summary>Number of different tokens.</summary>
    public int Count => _ids.Count;

    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;

    public void Add(string token, int id) => (_ids[token], _tokens[id]) = (id, token);

    public int? IdOf(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public bool TryGet(ReadOnlySpan<char> token, out int id) => _spans.TryGetValue(token, out id);

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);
}
