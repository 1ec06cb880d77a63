using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>What two neighbouring tokens become, and how early: the lowest rank goes first.</summary>
internal readonly record struct Merge(int Rank, int Id);

/// <summary>Settings of <see cref="BytePairEncoding"/> under their names in tokenizer.json.</summary>
internal sealed record BytePairOptions
{
    public int? UnknownId { get; init; }
    public string ContinuingSubwordPrefix { get; init; } = "";
    public string EndOfWordSuffix { get; init; } = "";
    public bool FuseUnknown { get; init; }
    public bool ByteFallback { get; init; }
    public bool IgnoreMerges { get; init; }

    public static BytePairOptions Read(JsonField field, Vocabulary vocabulary)
    {
        var unknown = field["unk_token"];
        return new()
        {
            UnknownId = unknown.IsNull
                ? null
                : vocabulary.IdOf(unknown.Text()) ?? throw unknown.Wrong("is not in the vocabulary. Add it there"),
            ContinuingSubwordPrefix = field["continuing_subword_prefix"].Text(""),
            EndOfWordSuffix = field["end_of_word_suffix"].Text(""),
            FuseUnknown = field["fuse_unk"].Flag(false),
            ByteFallback = field["byte_fallback"].Flag(false),
            IgnoreMerges = field["ignore_merges"].Flag(false),
        };
    }
}

/// <summary>
/// Merges characters, the earliest learnt pair first (Sennrich et al. 2016), in n log n steps for a word of n characters.
/// </summary>
internal sealed class BytePairEncoding(
    Vocabulary vocabulary, IReadOnlyDictionary<(int, int), Merge> merges, BytePairOptions options) : ITokenModel
{
    private readonly WordCache _cache = new();
    private readonly ByteTokens _byteTokens = new(vocabulary);

    public static BytePairEncoding Read(JsonField field)
    {
        var vocabulary = Vocabulary.Read(field["vocab"]);
        var options = BytePairOptions.Read(field, vocabulary);
        Dictionary<(int, int), Merge> merges = [];
        foreach (var (rank, entry) in field["merges"].Items().Index())
        {
            var (left, right) = ReadMerge(entry);
            var isContinuation = right.StartsWith(options.ContinuingSubwordPrefix, StringComparison.Ordinal);
            var merged = left + (isContinuation ? right[options.ContinuingSubwordPrefix.Length..] : right);
            merges[(Id(left), Id(right))] = new(rank, Id(merged));

            int Id(string token) =>
                vocabulary.IdOf(token) ?? throw entry.Wrong($"needs '{token}', which is not in the vocabulary. Get the file again");
        }
        return new(vocabulary, merges, options);
    }

    /// <summary>A list of two tokens, or in files from before 2024 one string with a space between them.</summary>
    private static (string Left, string Right) ReadMerge(JsonField field)
    {
        string[] tokens = field.IsString ? field.Text().Split(' ') : [.. field.Items().Select(token => token.Text())];
        return tokens is [var left, var right] ? (left, right) : throw field.Wrong("is no pair of tokens");
    }

    public Vocabulary Vocabulary => vocabulary;

    public int? UnknownId => options.UnknownId;

    public void Tokenize(ReadOnlySpan<char> word, TokenList tokens)
    {
        if (options.IgnoreMerges && vocabulary.TryGet(word, out var id))
        {
            tokens.Add(id, 0, word.Length);
            return;
        }
        if (!_cache.TryGet(word, out var pieces))
        {
            pieces = Merge(Spell(word));
            _cache.Add(word, pieces);
        }
        foreach (var piece in pieces) tokens.Add(piece.Id, piece.Start, piece.End);
    }

    /// <summary>The word in tokens of one character each.</summary>
    private List<Piece> Spell(ReadOnlySpan<char> word)
    {
        List<Piece> pieces = new(word.Length);
        var spelled = new char[2 + options.ContinuingSubwordPrefix.Length + options.EndOfWordSuffix.Length];
        for (int start = 0, end; start < word.Length; start = end)
        {
            Rune.DecodeFromUtf16(word[start..], out var rune, out var units);
            end = start + units;
            var length = 0;
            Put(start > 0 ? options.ContinuingSubwordPrefix : "", spelled, ref length);
            Put(word[start..end], spelled, ref length);
            Put(end == word.Length ? options.EndOfWordSuffix : "", spelled, ref length);

            if (vocabulary.TryGet(spelled.AsSpan(0, length), out var id))
                pieces.Add(new(id, start, end));
            else if (options.ByteFallback && _byteTokens.TrySpell(spelled.AsSpan(0, length), out var ids))
                foreach (var byteId in ids) pieces.Add(new(byteId, start, end));
            else if (options.UnknownId is { } unknown)
                AddUnknown(unknown, start, end, pieces);
        }
        return pieces;
    }

    private static void Put(ReadOnlySpan<char> part, Span<char> spelled, ref int length)
    {
        part.CopyTo(spelled[length..]);
        length += part.Length;
    }

    private void AddUnknown(int unknown, int start, int end, List<Piece> pieces)
    {
        if (options.FuseUnknown && pieces is [.., var last] && last.Id == unknown && last.End == start)
            pieces[^1] = last with { End = end };
        else
            pieces.Add(new(unknown, start, end));
    }

    private Piece[] Merge(List<Piece> spelled)
    {
        // A linked list over an array: previous and next of each piece that is left.
        var pieces = spelled.ToArray();
        var (previous, next) = (new int[pieces.Length], new int[pieces.Length]);
        for (var i = 0; i < pieces.Length; i++) (previous[i], next[i]) = (i - 1, i + 1 < pieces.Length ? i + 1 : -1);

        PriorityQueue<(int Left, int Id), (int Rank, int Left)> queue = new();
        for (var i = 0; i + 1 < pieces.Length; i++) Enqueue(i, i + 1);

        var removed = new bool[pieces.Length];
        while (queue.TryDequeue(out var candidate, out _))
        {
            var left = candidate.Left;
            if (removed[left] || next[left] is var right && right < 0) continue;
            // An earlier merge may have changed either side since.
            if (!merges.TryGetValue((pieces[left].Id, pieces[right].Id), out var merge) || merge.Id != candidate.Id) continue;

            pieces[left] = new(merge.Id, pieces[left].Start, pieces[right].End);
            removed[right] = true;
            next[left] = next[right];
            if (next[left] >= 0)
            {
                previous[next[left]] = left;
                Enqueue(left, next[left]);
            }
            if (previous[left] >= 0) Enqueue(previous[left], left);
        }
        return [.. pieces.Where((_, i) => !removed[i])];

        void Enqueue(int left, int right)
        {
            if (merges.TryGetValue((pieces[left].Id, pieces[right].Id), out var merge)) queue.Enqueue((left, merge.Id), (merge.Rank, left));
        }
    }
}
