using System.Runtime.InteropServices;

namespace TransferLearning.Tokenizers;

/// <summary>
/// One token: its id, the part of the original text that it covers, the index of its word, and how much white space that part
/// begins and ends with because an added token took it in.
/// </summary>
internal readonly record struct Token(int Id, int Start, int End, int Word, int SpacesBefore = 0, int SpacesAfter = 0);

/// <summary>Tokens of one text as the model gives them, without special tokens around them.</summary>
internal sealed class TokenList
{
    private readonly List<Token> _tokens = [];
    private AlignedText? _text;
    private int _offset, _word = -1;

    public int Count => _tokens.Count;

    /// <summary>The index that all words get, where the caller has cut the text into words.</summary>
    public int? FixedWord { get; set; }

    public ReadOnlySpan<Token> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Begins a word that starts at a unit of an aligned text.</summary>
    public void BeginWord(AlignedText text, int start) => (_text, _offset, _word) = (text, start, FixedWord ?? _word + 1);

    /// <summary>Adds a token that covers units <paramref name="start"/> to <paramref name="end"/> of the current word.</summary>
    public void Add(int id, int start, int end) =>
        _tokens.Add(new(id, _text!.StartOf(_offset + start), _text.EndOf(_offset + end - 1), _word));

    /// <summary>Takes back the tokens from an index on.</summary>
    public void RemoveFrom(int index) => _tokens.RemoveRange(index, _tokens.Count - index);

    /// <summary>Adds a token that is a word of its own and covers a part of the original text, white space at its ends included.</summary>
    public void AddWord(int id, int start, int end, int spacesBefore, int spacesAfter)
    {
        _word = FixedWord ?? _word + 1;
        _tokens.Add(new(id, start, end, _word, spacesBefore, spacesAfter));
    }
}
