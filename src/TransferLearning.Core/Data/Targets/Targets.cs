using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>What is to be predicted of the examples of a data set: of one kind for all. Immutable.</summary>
/// <remarks>
/// <see cref="ClassTargets"/>: one class of several; <see cref="LabelTargets"/>: any number of labels; <see cref="ValueTargets"/>: numbers;
/// <see cref="ProbabilityTargets"/>: how likely each class is; <see cref="TagTargets"/>: a class for each word;
/// <see cref="SequenceTargets"/>: tokens; <see cref="InputTargets"/>: the input itself; <see cref="UnlistedTargets"/>: what only the loaded
/// example tells.
/// </remarks>
public abstract class Targets
{
    private protected Targets(IReadOnlyList<string> names) => Names = names;

    /// <summary>Names of the classes, labels or values in order; empty where they have none.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of examples; null where they come with the loaded examples.</summary>
    public abstract int? Count { get; }

    /// <summary>A number that is another one for other targets.</summary>
    public abstract uint Checksum { get; }

    /// <summary>The targets of the examples at these positions, on the CPU. The caller owns them. Thread-safe.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    /// <exception cref="NotSupportedException">They come with the loaded example: <see cref="InputTargets"/> and
    /// <see cref="UnlistedTargets"/>.</exception>
    public abstract TensorSet Gather(ReadOnlySpan<int> positions);

    /// <summary>The targets of the examples at these positions, with the same names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public abstract Targets Subset(IReadOnlyList<int> positions);

    /// <summary>
    /// The same targets for a model with these names, which may be more than occur here, and in another order where names are told apart by
    /// index.
    /// </summary>
    /// <param name="names">The model's <see cref="TransferModel.Labels"/>.</param>
    /// <exception cref="ArgumentException">A name is not among them, or names of numbers are not the same in the same order; the message
    /// says which.</exception>
    public Targets WithNames(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (Names.Count == 0 || Names.SequenceEqual(names, StringComparer.Ordinal)) return this;
        string[] unknown = [.. Names.Except(names, StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new ArgumentException(
                $"The data set has '{string.Join("', '", unknown.Take(10))}'{(
                    unknown.Length > 10 ? $" and {unknown.Length - 10} more" : "")}, which the model does not know."
                + $"{SimilarNames.Hint(unknown[0], names)} The model has: "
                + $"{string.Join(", ", names.Take(10))}{(names.Count > 10 ? $", ... {names.Count} in all" : "")}.", nameof(names));
        var indices = names.Index().DistinctBy(name => name.Item).ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return Renumbered([.. Names.Select(name => indices[name])], names);
    }

    /// <summary>The same targets with other indices of their names: each old one has its new one in <paramref name="indices"/>.</summary>
    private protected virtual Targets Renumbered(int[] indices, IReadOnlyList<string> names) => throw new ArgumentException(
        $"The data set has {string.Join(", ", Names)} and the model {string.Join(", ", names)}: numbers are compared one by one, so "
        + "give all of them, in the model's order.", nameof(names));

    /// <summary>One class an example.</summary>
    /// <param name="classes">The class of each example.</param>
    /// <param name="names">All classes in order; null (default): those that occur, in ordinal order.</param>
    /// <param name="describe">What an example is, for messages; null: its position.</param>
    /// <exception cref="ArgumentException">A class is null or not among the names; or a name is given twice.</exception>
    public static ClassTargets Classes(IEnumerable<string> classes, IReadOnlyList<string>? names = null, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        string[] all = [.. classes.Select((name, i) => name ?? throw Missing("class", i, describe))];
        var index = ClassIndex.Of(all, names);
        return new ClassTargets([.. all.Select((name, i) => index.IndexOf(name, Describe(describe, i)))], index.Names);
    }

    /// <summary>One class an example, by their indices.</summary>
    /// <param name="indices">Class index of each example.</param>
    /// <param name="names">Names of the classes in order.</param>
    /// <exception cref="ArgumentException">An index is out of range.</exception>
    public static ClassTargets Classes(IReadOnlyList<int> indices, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(names);
        for (var i = 0; i < indices.Count; i++)
            if (indices[i] < 0 || indices[i] >= names.Count)
                throw new ArgumentException(
                    $"The label {indices[i]} of row {i} is outside 0..{names.Count - 1}: there are {names.Count} class "
                    + "names.", nameof(indices));
        return new ClassTargets([.. indices], ClassIndex.Of([], names).Names);
    }

    /// <summary>Any number of labels an example.</summary>
    /// <param name="labels">The labels of each example.</param>
    /// <param name="names">All labels in order; null (default): those that occur, in ordinal order.</param>
    /// <param name="describe">What an example is, for messages; null: its position.</param>
    /// <exception cref="ArgumentException">A label is null or not among the names; or a name is given twice.</exception>
    public static LabelTargets Labels(
        IEnumerable<IReadOnlyCollection<string>> labels, IReadOnlyList<string>? names = null, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        IReadOnlyCollection<string>[] all = [
            .. labels.Select((row, i) => row?.Any(label => label is null) == false ? row : throw Missing("label", i, describe))];
        var index = ClassIndex.Of(all.SelectMany(row => row), names);
        return new LabelTargets(
            [.. all.Select((row, i) => row.Select(label => index.IndexOf(label, Describe(describe, i))).Order().ToArray())], index.Names);
    }

    /// <summary>Numbers to be predicted.</summary>
    /// <param name="values">The values of each example, one for each name.</param>
    /// <param name="names">What the values are, in order.</param>
    /// <param name="describe">What an example is, for messages; null: its position.</param>
    /// <exception cref="ArgumentException">An example has more or fewer values, or one that is not finite; or a name is given
    /// twice.</exception>
    public static ValueTargets Values(
        IEnumerable<IReadOnlyList<float>> values, IReadOnlyList<string> names, Func<int, string>? describe = null) =>
        new(NumberTargets.Checked(values, names, "value", float.IsFinite, describe), names);

    /// <summary>How likely each class is: targets that are soft.</summary>
    /// <param name="probabilities">The probabilities of each example, 0 to 1, one for each class.</param>
    /// <param name="names">Names of the classes in order.</param>
    /// <param name="describe">What an example is, for messages; null: its position.</param>
    /// <exception cref="ArgumentException">An example has more or fewer probabilities, or one out of range; or a name is given
    /// twice.</exception>
    public static ProbabilityTargets Probabilities(
        IEnumerable<IReadOnlyList<float>> probabilities, IReadOnlyList<string> names, Func<int, string>? describe = null) =>
        new(NumberTargets.Checked(probabilities, names, "probability", value => value is >= 0 and <= 1, describe), names);

    /// <summary>A class for each word of an example.</summary>
    /// <param name="tags">The classes of each example's words.</param>
    /// <param name="names">All classes in order; null (default): those that occur, in ordinal order.</param>
    /// <param name="describe">What an example is, for messages; null: its position.</param>
    /// <exception cref="ArgumentException">A class is null or not among the names; or a name is given twice.</exception>
    public static TagTargets Tags(
        IEnumerable<IReadOnlyList<string>> tags, IReadOnlyList<string>? names = null, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(tags);
        IReadOnlyList<string>[] all = [
            .. tags.Select((row, i) => row?.Any(tag => tag is null) == false ? row : throw Missing("label", i, describe))];
        var index = ClassIndex.Of(all.SelectMany(row => row), names);
        return new TagTargets(
            [.. all.Select((row, i) => row.Select(tag => index.IndexOf(tag, Describe(describe, i))).ToArray())], index.Names);
    }

    /// <summary>A sequence of tokens an example, such as a transcript.</summary>
    /// <param name="sequences">The token ids of each example, 0 or more.</param>
    /// <exception cref="ArgumentException">A sequence is null, or an id is negative.</exception>
    public static SequenceTargets Sequences(IEnumerable<IReadOnlyList<long>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return new SequenceTargets([.. sequences.Select((row, i) => row?.All(id => id >= 0) == true
            ? row.ToArray() : throw new ArgumentException($"The sequence of example {i} is null or holds a negative "
            + "id.", nameof(sequences)))]);
    }

    internal static string Describe(Func<int, string>? describe, int position) => describe?.Invoke(position) ?? $"Example {position}";

    private protected static uint ChecksumOf<T>(IEnumerable<T[]> rows) where T : unmanaged =>
        rows.Aggregate(
            0u, (checksum, row) => Crc32.Append(Crc32.Append(checksum, BitConverter.GetBytes(row.Length)), MemoryMarshal.AsBytes<T>(row)));

    private static ArgumentException Missing(string what, int position, Func<int, string>? describe) =>
        new($"{Describe(describe, position)} has a {what} that is null.");
}
