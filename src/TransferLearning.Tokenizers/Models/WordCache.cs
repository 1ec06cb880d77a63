using System.Collections.Concurrent;

namespace TransferLearning.Tokenizers;

/// <summary>A token of a word: its id and the units that it covers.</summary>
internal readonly record struct Piece(int Id, int Start, int End);

/// <summary>Remembers how words were cut: the first ten thousand short ones, which in a text are the frequent ones. Thread-safe.</summary>
internal sealed class WordCache
{
    private const int Capacity = 10_000;
    private const int LongestWord = 64;

    private readonly ConcurrentDictionary<string, Piece[]> _words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Piece[]>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private int _count;

    public WordCache() => _spans = _words.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool TryGet(ReadOnlySpan<char> word, out Piece[] pieces)
    {
        pieces = [];
        return word.Length <= LongestWord && _spans.TryGetValue(word, out pieces!);
    }

    public void Add(ReadOnlySpan<char> word, Piece[] pieces)
    {
        if (word.Length <= LongestWord && Volatile.Read(ref _count) < Capacity && _spans.TryAdd(word, pieces))
            Interlocked.Increment(ref _count);
    }
}
