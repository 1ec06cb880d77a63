namespace TransferLearning.Text;

/// <summary>Texts, or pairs of texts, in memory, with targets of any kind. Immutable.</summary>
public sealed class TextDataset : IDataset<TextDataset>
{
    private TextDataset(string[] texts, string[]? secondTexts, Targets targets, IReadOnlyList<SkippedItem> skipped) =>
        (Texts, SecondTexts, Targets, Skipped) = (texts, secondTexts, targets, skipped);

    /// <inheritdoc/>
    public int Count => Texts.Count;

    /// <summary>The texts; the first of each pair.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>The second text of each pair; null where there are no pairs.</summary>
    public IReadOnlyList<string>? SecondTexts { get; }

    /// <inheritdoc/>
    public Targets Targets { get; }

    /// <summary>What <see cref="TextFile"/> found but left out, with the reasons. Subsets keep the list.</summary>
    public IReadOnlyList<SkippedItem> Skipped { get; }

    /// <inheritdoc/>
    public uint Checksum => TextChecksum.Of(Texts.Concat(SecondTexts ?? [])) ^ Targets.Checksum;

    /// <summary>Texts with targets of any kind: <c>TextDataset.From(texts, Targets.Labels(labels))</c>.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="targets">What is to be predicted of each. Classes of words are for a <see cref="TokenDataset"/>.</param>
    /// <exception cref="ArgumentException">There is no text, one is null, or the targets are not as many or of a kind that texts cannot
    /// have.</exception>
    public static TextDataset From(IEnumerable<string> texts, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Create([.. texts.Select((text, i) => GivenText.Checked(text, i))], null, targets);
    }

    /// <summary>Texts with one class each: the classes are those that occur, in ordinal order.</summary>
    /// <inheritdoc cref="From(IEnumerable{ValueTuple{string, string}}, IReadOnlyList{string}?)"/>
    public static TextDataset From(IEnumerable<(string Text, string Class)> examples) => From(examples, classNames: null);

    /// <summary>Texts with one class each.</summary>
    /// <param name="examples">Text and class of each example.</param>
    /// <param name="classNames">All classes in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example, a text or class is null, or a class is not among
    /// <paramref name="classNames"/>.</exception>
    public static TextDataset From(IEnumerable<(string Text, string Class)> examples, IReadOnlyList<string>? classNames)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var all = examples.ToArray();
        string[] texts = [.. all.Select((example, i) => GivenText.Checked(example.Text, i))];
        return Create(texts, null, Targets.Classes(all.Select(example => example.Class), classNames, i => Describe(texts[i], i)));
    }

    /// <summary>Pairs of texts, such as a question and an answer, or two sentences to compare.</summary>
    /// <param name="pairs">Both texts of each pair.</param>
    /// <param name="targets">What is to be predicted of each pair.</param>
    /// <exception cref="ArgumentException">There is no pair, a text is null, or the targets are not as many or of a kind that texts cannot
    /// have.</exception>
    public static TextDataset FromPairs(IEnumerable<(string First, string Second)> pairs, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var all = pairs.ToArray();
        return Create(
            [.. all.Select((pair, i) => GivenText.Checked(pair.First, i))], [.. all.Select((pair, i) => GivenText.Checked(pair.Second, i, "Second text"))], targets);
    }

    /// <summary>The same texts with other targets.</summary>
    /// <exception cref="ArgumentException">The targets are not as many as the texts, or of a kind that texts cannot have.</exception>
    public TextDataset WithTargets(Targets targets) => Create([.. Texts], SecondTexts?.ToArray(), targets).WithSkipped(Skipped);

    /// <inheritdoc/>
    public TextDataset Subset(IReadOnlyList<int> indices) =>
        new(Texts.At(indices), SecondTexts?.At(indices), Targets.Subset(indices), Skipped);

    /// <summary>Tokenizes all texts, once.</summary>
    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => new TextBatchSource(Texts, SecondTexts, Targets, TextSpec.Of(input));

    /// <summary>What a text is called in messages.</summary>
    internal static string Describe(string text, int position) => $"Text {position} ('{Excerpt.Of(text)}')";

    internal TextDataset WithSkipped(IReadOnlyList<SkippedItem> skipped) => new((string[])Texts, (string[]?)SecondTexts, Targets, skipped);

    private static TextDataset Create(string[] texts, string[]? secondTexts, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (texts.Length == 0) throw new ArgumentException("A data set needs at least one text.", nameof(texts));
        if (targets is TagTargets) throw new ArgumentException("Classes of words belong to words: make a TokenDataset.", nameof(targets));
        if (targets.Count is not { } count)
            throw new ArgumentException(
                $"The targets of texts are listed, and {targets.GetType().Name} are not: an ExampleDataset makes examples as it "
                + "goes.", nameof(targets));
        if (count != texts.Length)
            throw new ArgumentException($"There are {texts.Length} texts and {count} targets; give each text one.", nameof(targets));
        if (targets is LabelTargets or NumberTargets && targets.Names.Count == 0)
            throw new ArgumentException("No text has a label: give at least one, or all names.", nameof(targets));
        return new(texts, secondTexts, targets, []);
    }
}
