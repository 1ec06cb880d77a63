using System.Runtime.InteropServices;

namespace TransferLearning.Tokenizers;

/// <summary>The words that pre-tokenizers cut a text into: ranges of the aligned text, in order, none of them empty.</summary>
internal sealed class WordList
{
    private List<(int Start, int End)> _words = [], _next = [];

    public ReadOnlySpan<(int Start, int End)> Words => CollectionsMarshal.AsSpan(_words);

    /// <summary>Starts with the whole text as one word.</summary>
    public void Reset(AlignedText text)
    {
        Add(0, text.Length);
        Commit();
    }

    /// <summary>Adds a word to the list that the next commit puts in the place of this one.</summary>
    public void Add(int start, int end)
    {
        if (start < end) _next.Add((start, end));
    }

    public void Commit()
    {
        (_words, _next) = (_next, _words);
        _next.Clear();
    }
}
