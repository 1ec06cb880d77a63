namespace TransferLearning.Tokenizers;

/// <summary>Strings by their beginnings: finds all that a text continues with in one walk.</summary>
internal sealed class Trie
{
    private readonly Dictionary<(int Node, char Unit), int> _children = [];
    private readonly List<int> _values = [-1];

    /// <summary>Adds a string; of equal ones the last value counts.</summary>
    public void Add(ReadOnlySpan<char> key, int value)
    {
        var node = 0;
        foreach (var unit in key)
        {
            if (!_children.TryGetValue((node, unit), out var child))
            {
                _children[(node, unit)] = child = _values.Count;
                _values.Add(-1);
            }
            node = child;
        }
        _values[node] = value;
    }

    /// <summary>A walk from the root.</summary>
    public Walker Walk() => new(this);

    /// <summary>The longest string that the text begins with: its value and length, or -1 and 0.</summary>
    public (int Value, int Length) Longest(ReadOnlySpan<char> text)
    {
        var (found, walker) = ((-1, 0), Walk());
        for (var i = 0; i < text.Length && walker.Step(text[i]); i++)
            if (walker.Value >= 0) found = (walker.Value, i + 1);
        return found;
    }

    /// <summary>A position in the trie.</summary>
    public struct Walker(Trie trie)
    {
        private int _node;

        /// <summary>Value of the string that ends here, or -1.</summary>
        public readonly int Value => trie._values[_node];

        /// <summary>Goes on by a unit; false where no string does.</summary>
        public bool Step(char unit) => trie._children.TryGetValue((_node, unit), out _node);
    }
}
