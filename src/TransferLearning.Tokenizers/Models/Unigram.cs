using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>
/// The most probable way to spell a word, found by Viterbi's algorithm over a trie (Kudo 2018). A run of characters that no
/// token begins with is spelled in bytes, or is one unknown token.
/// </summary>
internal sealed class Unigram : ITokenModel
{
    // What an unknown character costs beyond the least probable token (kUnkPenalty of SentencePiece).
    private const double UnknownPenalty = 10;

    private readonly Trie _trie = new();
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly ByteTokens? _byteTokens;

    public Unigram(IReadOnlyList<(string Token, double Score)> pieces, int? unknownId, bool byteFallback)
    {
        Vocabulary = new(pieces.Index().Select(p => KeyValuePair.Create(p.Item.Token, p.Index)));
        UnknownId = unknownId;
        foreach (var (index, piece) in pieces.Index()) _trie.Add(piece.Token, index);
        _scores = [.. pieces.Select(p => p.Score)];
        _unknownScore = _scores.DefaultIfEmpty().Min() - UnknownPenalty;
        _byteTokens = byteFallback ? new(Vocabulary) : null;
    }

    public static Unigram Read(JsonField field)
    {
        var pieces = field["vocab"].Items().Select(ReadPiece).ToList();
        var unknown = field["unk_id"];
        int? unknownId = unknown.IsNull ? null : unknown.Number();
        if (unknownId >= pieces.Count) throw unknown.Wrong($"is {unknownId}, but the vocabulary has {pieces.Count} tokens");
        return new(pieces, unknownId, field["byte_fallback"].Flag(false));
    }

    private static (string Token, double Score) ReadPiece(JsonField field) =>
        field.Items().ToArray() is [var token, var score] ? (token.Text(), score.Real()) : throw field.Wrong("is no [token, score]");

    public Vocabulary Vocabulary { get; }

    public int? UnknownId { get; }

    /// <summary>The best way that ends at a position: its score, and the last token and where that begins.</summary>
    private record struct Step(double Score, int Id, int Start);

    private const int Unknown = -1;
    private const int Unreached = -2;

    public void Tokenize(ReadOnlySpan<char> word, TokenList tokens)
    {
        var best = FindBest(word);

        List<(int Id, int Start, int End)> pieces = [];
        for (var end = word.Length; end > 0; end = best[end].Start)
        {
            var isUnknown = best[end].Id == Unknown || best[end].Id == UnknownId;
            if (isUnknown && pieces is [.., (Unknown, _, _) last] && last.Start == end)
                pieces[^1] = (Unknown, best[end].Start, last.End);
            else
                pieces.Add((isUnknown ? Unknown : best[end].Id, best[end].Start, end));
        }
        for (var i = pieces.Count - 1; i >= 0; i--)
        {
            var (id, start, end) = pieces[i];
            if (id == Unknown)
                AddUnknown(word[start..end], start, tokens);
            else
                tokens.Add(id, start, end);
        }
    }

    private Step[] FindBest(ReadOnlySpan<char> word)
    {
        var best = new Step[word.Length + 1];
        best.AsSpan(1).Fill(new(0, Unreached, 0));
        for (int start = 0, units; start < word.Length; start += units)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out units);
            var (score, walker, isSpelled) = (best[start].Score, _trie.Walk(), false);
            for (var end = start; end < word.Length && walker.Step(word[end]);)
            {
                end++;
                if (walker.Value < 0) continue;
                Offer(ref best[end], new(score + _scores[walker.Value], walker.Value, start));
                isSpelled |= end - start == units;
            }
            if (!isSpelled) Offer(ref best[start + units], new(score + _unknownScore, Unknown, start));
        }
        return best;
    }

    private static void Offer(ref Step best, Step candidate)
    {
        if (best.Id == Unreached || candidate.Score > best.Score) best = candidate;
    }

    private void AddUnknown(ReadOnlySpan<char> run, int start, TokenList tokens)
    {
        if (Vocabulary.TryGet(run, out var whole))
            tokens.Add(whole, start, start + run.Length);
        else if (_byteTokens is not null && _byteTokens.TrySpell(run, out var ids))
            foreach (var id in ids) tokens.Add(id, start, start + run.Length);
        else if (UnknownId is { } unknown)
            tokens.Add(unknown, start, start + run.Length);
    }
}
