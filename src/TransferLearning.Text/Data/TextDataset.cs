namespace TransferLearning.Text;

/// <summary>Texts, or pairs of texts, with one class each, in memory. Immutable.</summary>
public sealed class TextDataset : ILabelledDataset<TextDataset>
{
    private readonly TextExample[] _examples;

    private TextDataset(TextExample[] examples, IReadOnlyList<string> classNames, IReadOnlyList<SkippedRow> skipped)
    {
        (_examples, ClassNames, SkippedRows) = (examples, classNames, skipped);
        Labels = [.. examples.Select(example => example.Label)];
        Texts = [.. examples.Select(example => example.Text)];
    }

    /// <summary>Number of texts.</summary>
    public int Count => _examples.Length;

    /// <summary>Names of the classes in the order of their indices: ordinal order, unless they were given.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Class index of each text.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The texts; the first of each pair.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>What <see cref="TextFile"/> found but left out, with the reasons. Subsets keep the list.</summary>
    public IReadOnlyList<SkippedRow> SkippedRows { get; }

    /// <summary>A data set of texts.</summary>
    /// <param name="examples">Text and class of each example.</param>
    /// <param name="classNames">All classes in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example, a text is null, or a class is not among <paramref name="classNames"/>.</exception>
    public static TextDataset From(IEnumerable<(string Text, string Class)> examples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return Create([.. examples.Select(example => (example.Text, (string?)null, example.Class))], classNames, []);
    }

    /// <summary>A data set of pairs, such as a question and an answer, or two sentences to compare.</summary>
    /// <param name="examples">Both texts and the class of each example.</param>
    /// <param name="classNames">All classes in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example, a text is null, or a class is not among <paramref name="classNames"/>.</exception>
    public static TextDataset FromPairs(IEnumerable<(string First, string Second, string Class)> examples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return Create([.. examples.Select(example => (example.First, (string?)example.Second, example.Class))], classNames, []);
    }

    /// <summary>The texts at these positions, in this order, with the same classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public TextDataset Subset(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The data set has {Count} texts, counted from 0.");
        return new([.. indices.Select(i => _examples[i])], ClassNames, SkippedRows);
    }

    /// <summary>Tokenizes all texts, once.</summary>
    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => input is TextSpec spec
        ? new TextBatchSource(_examples, spec)
        : throw new ArgumentException(
            $"A data set of texts serves backbones whose input is a TextSpec, but this one's is {input?.GetType().Name ?? "not described"}. Take a backbone for texts, or set its BackboneInfo.Input.",
            nameof(input));

    internal static TextDataset Create(
        IReadOnlyList<(string Text, string? Pair, string Class)> examples, IReadOnlyList<string>? classNames, IReadOnlyList<SkippedRow> skipped)
    {
        if (examples.Count == 0) throw new ArgumentException("A data set needs at least one text.", nameof(examples));
        var names = (classNames ?? [.. examples.Select(example => example.Class).Distinct().Order(StringComparer.Ordinal)]).ToArray();
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The class names hold '{twice.Key}' twice.", nameof(classNames));

        var indices = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return new([.. examples.Select(Example)], names, skipped);

        TextExample Example((string Text, string? Pair, string Class) example, int position) =>
            example.Text is null
                ? throw new ArgumentException($"Text {position} is null.", nameof(examples))
            : indices.TryGetValue(example.Class, out var label)
                ? new(example.Text, example.Pair, label)
                : throw new ArgumentException(
                    $"Text {position} ('{Excerpt.Of(example.Text)}') is of class '{example.Class}', which is not among the class names: {string.Join(", ", names)}.", nameof(examples));
    }
}
