namespace TransferLearning;

/// <summary>The classes of a data set and their indices, for data sets of your own too. Immutable.</summary>
public sealed class ClassIndex
{
    private readonly Dictionary<string, int> _indices;

    private ClassIndex(string[] names) =>
        (Names, _indices) = (names, names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal));

    /// <summary>The classes in the order of their indices.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The classes that are given, or else those that occur, in ordinal order.</summary>
    /// <param name="occurring">The class of each example.</param>
    /// <param name="classNames">All classes in order; null: those that occur.</param>
    /// <exception cref="ArgumentException">A name is given twice.</exception>
    public static ClassIndex Of(IEnumerable<string> occurring, IReadOnlyList<string>? classNames)
    {
        ArgumentNullException.ThrowIfNull(occurring);
        string[] names = [.. classNames ?? [.. occurring.Distinct().Order(StringComparer.Ordinal)]];
        NoNulls.Checked(names, nameof(classNames));
        return names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ArgumentException($"The class names hold '{twice.Key}' twice.", nameof(classNames))
            : new ClassIndex(names);
    }

    /// <summary>The index of an example's class.</summary>
    /// <param name="className">The class.</param>
    /// <param name="example">What the example is, for the message.</param>
    /// <exception cref="ArgumentException">There is no such class; the message names the example.</exception>
    public int IndexOf(string className, string example) =>
        _indices.TryGetValue(className ?? throw new ArgumentNullException(nameof(className)), out var index)
        ? index : throw new ArgumentException(
        $"{example} is of class '{className}', which is not among the class names: {string.Join(", ", Names)}."
        + $"{SimilarNames.Hint(className, Names)}");
}
