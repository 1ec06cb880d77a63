namespace TransferLearning.Vision;

/// <summary>How <see cref="ImageTable.Open"/> reads a table.</summary>
public sealed record ImageTableOptions
{
    /// <summary>
    /// Column of the images' files. Default null: the one that is called path, file, filename, file_name, image, image_path or
    /// image_name, whichever comes first in this list.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Column of the class. Default null: the one that is called label, labels, class, category, target or tag.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// What stands between the labels where <see cref="Label"/> holds several, such as <c>"|"</c>; an empty field is an image without
    /// labels. Default null: an image has one class.
    /// </summary>
    public string? LabelSeparator { get; init; }

    /// <summary>
    /// Columns of 0 and 1, one for each label, where an image may have several. Default null: labels are named in <see cref="Label"/>.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Columns of numbers to be predicted. Default null: images have classes or labels.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>
    /// All classes or labels in order, to open a validation table with those of the training set. Default null: those that occur, in
    /// ordinal order. Columns of labels and values bring their own names.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The same options, where they do not contradict each other.</summary>
    internal ImageTableOptions Checked()
    {
        string[] given = [
            .. new (string Name, object? Value)[] { (nameof(Label), Label ?? LabelSeparator), (nameof(Labels), Labels), (nameof(Values), Values) }
                .Where(option => option.Value is not null).Select(option => option.Name)];
        if (given.Length > 1)
            throw new ArgumentException($"ImageTableOptions has {string.Join(" and ", given)}: the targets stand in one of them.");
        if (LabelSeparator is "")
            throw new ArgumentException("ImageTableOptions.LabelSeparator is empty: give what stands between two labels.");
        return (Labels ?? Values) is not { Count: 0 }
            ? this
            : throw new ArgumentException("ImageTableOptions names no column of labels or values: give at least one.");
    }
}
