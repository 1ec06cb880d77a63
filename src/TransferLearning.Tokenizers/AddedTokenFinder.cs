using System.Buffers;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost first, of those the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly IReadOnlyList<AddedToken> _tokens;
    private readonly Trie _trie = new();
    private readonly SearchValues<char> _firstUnits;

    /// <param name="tokens">The tokens; none may be empty.</param>
    /// <param name="normalizer">What is done to the text that they are looked for in.</param>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens, INormalizer? normalizer)
    {
        _tokens = [.. tokens];
        var firstUnits = new HashSet<char>();
        foreach (var (index, token) in _tokens.Index())
        {
            using var content = new AlignedText();
            content.Load(token.Content, 0, token.Content.Length);
            normalizer?.Normalize(content);
            if (content.Length == 0) continue;
            _trie.Add(content.Chars, index);
            firstUnits.Add(content.Chars[0]);
        }
        _firstUnits = SearchValues.Create([.. firstUnits]);
    }

    /// <summary>A part of a text: an added token with the white space that it takes in, or what lies between.</summary>
    public readonly record struct Part(int Start, int End, AddedToken? Token, int SpacesBefore = 0, int SpacesAfter = 0);

    /// <summary>Parts that together cover the text, in order; none where the text is empty.</summary>
    public void Find(ReadOnlySpan<char> text, List<Part> parts)
    {
        parts.Clear();
        var last = 0;
        for (int at = 0, skipped; (skipped = text[at..].IndexOfAny(_firstUnits)) >= 0;)
        {
            at += skipped;
            var (index, length) = _trie.Longest(text[at..]);
            if (length == 0)
            {
                at++;
                continue;
            }
            var (start, end, token) = (at, at + length, _tokens[index]);
            at = end;
            if (token.SingleWord && (EndsWithWord(text[..start]) || BeginsWithWord(text[end..]))) continue;

            if (start < last) continue; // lies in the white space that the token before took in
            var (before, after) = (0, 0);
            while (token.StripLeft && start - before > last && char.IsWhiteSpace(text[start - before - 1])) before++;
            while (token.StripRight && end + after < text.Length && char.IsWhiteSpace(text[end + after])) after++;
            if (last < start - before) parts.Add(new(last, start - before, null));
            parts.Add(new(start - before, end + after, token, before, after));
            last = end + after;
        }
        if (last < text.Length) parts.Add(new(last, text.Length, null));
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && RuneClass.IsWord(rune);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && RuneClass.IsWord(rune);
}
