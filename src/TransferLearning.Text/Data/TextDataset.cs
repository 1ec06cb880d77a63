namespace TransferLearning.Text;

/// <summary>Texts, or pairs of texts, in memory: with one class each, or any number of labels, or values. Immutable.</summary>
public sealed class TextDataset : ILabelledDataset<TextDataset>
{
    private readonly TextExample[] _examples;

    private TextDataset(TextExample[] examples, IReadOnlyList<string> classNames, IObjective objective, IReadOnlyList<SkippedRow> skipped)
    {
        (_examples, ClassNames, Objective, SkippedRows) = (examples, classNames, objective, skipped);
        Labels = objective is CrossEntropy ? [.. examples.Select(example => example.Label)] : [];
        Texts = [.. examples.Select(example => example.Text)];
    }

    /// <summary>Number of texts.</summary>
    public int Count => _examples.Length;

    /// <summary>Names of the classes or labels in the order of their indices (ordinal, unless they were given), or of the values.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Class index of each text; empty where texts have several labels, or values.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>What the targets are for: <see cref="CrossEntropy"/> (one class), <see cref="MultiLabel"/> or <see cref="Regression"/> (values).</summary>
    public IObjective Objective { get; }

    /// <summary>The texts; the first of each pair.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>What <see cref="TextFile"/> found but left out, with the reasons. Subsets keep the list.</summary>
    public IReadOnlyList<SkippedRow> SkippedRows { get; }

    /// <summary>A data set of texts with one class each.</summary>
    /// <param name="examples">Text and class of each example.</param>
    /// <param name="classNames">All classes in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example, a text or class is null, or a class is not among <paramref name="classNames"/>.</exception>
    public static TextDataset From(IEnumerable<(string Text, string Class)> examples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return OfClasses([.. examples.Select((example, i) => (Text(example.Text, i), (string?)null, Target(example.Class, "Class", i)))], classNames, []);
    }

    /// <summary>A data set of pairs, such as a question and an answer, or two sentences to compare, with one class each.</summary>
    /// <param name="examples">Both texts and the class of each example.</param>
    /// <param name="classNames">All classes in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example, a text or class is null, or a class is not among <paramref name="classNames"/>.</exception>
    public static TextDataset FromPairs(IEnumerable<(string First, string Second, string Class)> examples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return OfClasses([.. examples.Select((example, i) => (Text(example.First, i), Pair(example.Second, i), Target(example.Class, "Class", i)))], classNames, []);
    }

    /// <summary>A data set of texts with any number of labels each, for <see cref="MultiLabel"/>.</summary>
    /// <param name="examples">Text and labels of each example; none, one or several.</param>
    /// <param name="labelNames">All labels in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example or no label, a text or label is null, or a label is not among <paramref name="labelNames"/>.</exception>
    public static TextDataset FromLabels(IEnumerable<(string Text, IReadOnlyCollection<string> Labels)> examples, IReadOnlyList<string>? labelNames = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return OfLabels([.. examples.Select((example, i) => (Text(example.Text, i), (string?)null, LabelsOf(example.Labels, i)))], labelNames, []);
    }

    /// <summary>A data set of texts with values, for <see cref="Regression"/>.</summary>
    /// <param name="examples">Text and values of each example.</param>
    /// <param name="names">Names of the values in order.</param>
    /// <exception cref="ArgumentException">There is no example or no name, a text or its values are null, a name is given twice, or an example has another number of values.</exception>
    public static TextDataset FromValues(IEnumerable<(string Text, IReadOnlyList<float> Values)> examples, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return OfNumbers([.. examples.Select((example, i) => (Text(example.Text, i), (string?)null, Target(example.Values, "Values", i)))], names, new Regression(), []);
    }

    /// <summary>A data set of pairs with values, such as how alike two sentences are.</summary>
    /// <param name="examples">Both texts and the values of each example.</param>
    /// <param name="names">Names of the values in order.</param>
    /// <exception cref="ArgumentException">There is no example or no name, a text or its values are null, a name is given twice, or an example has another number of values.</exception>
    public static TextDataset FromValues(IEnumerable<(string First, string Second, IReadOnlyList<float> Values)> examples, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return OfNumbers([.. examples.Select((example, i) => (Text(example.First, i), Pair(example.Second, i), Target(example.Values, "Values", i)))], names, new Regression(), []);
    }

    /// <summary>The texts at these positions, in this order, with the same classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public TextDataset Subset(IReadOnlyList<int> indices) => new(_examples.At(indices), ClassNames, Objective, SkippedRows);

    /// <summary>Tokenizes all texts, once.</summary>
    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => new TextBatchSource(_examples, TextSpec.Of(input));

    internal static TextDataset OfClasses(
        IReadOnlyList<(string Text, string? Pair, string Target)> examples, IReadOnlyList<string>? classNames, IReadOnlyList<SkippedRow> skipped)
    {
        var classes = Given.Names(examples.Select(example => example.Target), classNames, nameof(classNames));
        return Create(examples, classes.Names, new CrossEntropy(), skipped, (example, name) => new(example.Text, example.Pair, classes.IndexOf(example.Target, name)));
    }

    internal static TextDataset OfLabels(
        IReadOnlyList<(string Text, string? Pair, IReadOnlyCollection<string> Target)> examples, IReadOnlyList<string>? labelNames, IReadOnlyList<SkippedRow> skipped)
    {
        var labels = Given.Names(examples.SelectMany(example => example.Target), labelNames, nameof(labelNames));
        return Create(examples, labels.Names, new MultiLabel(), skipped, (example, name) =>
        {
            var targets = new float[labels.Names.Count];
            foreach (var label in example.Target) targets[labels.IndexOf(label, name)] = 1;
            return new(example.Text, example.Pair, -1, targets);
        });
    }

    internal static TextDataset OfNumbers(
        IReadOnlyList<(string Text, string? Pair, IReadOnlyList<float> Target)> examples, IReadOnlyList<string> names, IObjective objective, IReadOnlyList<SkippedRow> skipped)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Create(examples, Given.Names([], names, nameof(names)).Names, objective, skipped, (example, name) => example.Target.Count == names.Count
            ? new(example.Text, example.Pair, -1, [.. example.Target])
            : throw new ArgumentException($"{name} has {example.Target.Count} values and there are {names.Count} names: give one value for each name.", nameof(examples)));
    }

    private static TextDataset Create<T>(
        IReadOnlyList<(string Text, string? Pair, T Target)> examples, IReadOnlyList<string> names, IObjective objective, IReadOnlyList<SkippedRow> skipped,
        Func<(string Text, string? Pair, T Target), string, TextExample> example)
    {
        if (examples.Count == 0) throw new ArgumentException("A data set needs at least one text.", nameof(examples));
        if (names.Count == 0) throw new ArgumentException("No text has a label: give at least one, or all names.", nameof(names));
        return new([.. examples.Select((one, position) => example(one, $"Text {position} ('{Excerpt.Of(one.Text)}')"))], names, objective, skipped);
    }

    private static string Text(string? text, int position) => Given.NotNull(text, "Text", position, "examples");

    private static string? Pair(string? text, int position) => Given.NotNull(text, "Second text", position, "examples");

    private static T Target<T>(T? target, string what, int position) where T : class => Given.NotNull(target, $"{what} of text", position, "examples");

    private static IReadOnlyCollection<string> LabelsOf(IReadOnlyCollection<string>? labels, int position) =>
        [.. Target(labels, "Labels", position).Select(label => Target(label, "A label", position))];
}
