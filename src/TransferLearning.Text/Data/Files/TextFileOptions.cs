using System.Text;

namespace TransferLearning.Text;

/// <summary>How <see cref="TextFile.Open"/> reads a file.</summary>
public sealed record TextFileOptions
{
    /// <summary>
    /// Column, or JSON property, of the text; a number counts the columns from 0. Default null: the one that is called text, sentence,
    /// question, content, review, message, sms, title, description, document, query or utterance, whichever comes first in this list.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Column of the second text where texts come in pairs. Default null: there are no pairs.</summary>
    public string? SecondText { get; init; }

    /// <summary>
    /// Column of the class. Default null: the one that is called label, labels, class, category, topic, intent, target, sentiment or tag.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>
    /// What stands between the labels where <see cref="Label"/> holds several, such as <c>"|"</c>; an empty field is a text without labels.
    /// Default null: a text has one class. A JSON array holds several labels without it.
    /// </summary>
    public string? LabelSeparator { get; init; }

    /// <summary>
    /// Columns of 0 and 1, one for each label, where a text may have several. Default null: labels are named in <see cref="Label"/>.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Columns of numbers to be predicted. Default null: texts have classes or labels.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>
    /// Whether the first row of a CSV or TSV file names the columns. Default null: it does where it holds the wanted columns,
    /// or a usual name where columns are counted. A file of two columns without names holds text and label; its first row names them where
    /// its class alone occurs once, and is listed in <see cref="TextDataset.Skipped"/>.
    /// </summary>
    public bool? Header { get; init; }

    /// <summary>
    /// All classes or labels in order, to open a validation file with those of the training set. Default null: those that occur, in
    /// ordinal order. Columns of labels and values bring their own names.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Rows whose text is empty or white space. Default: refused.</summary>
    public ProblemHandling EmptyTexts { get; init; }

    /// <summary>Rows whose class or value is empty. Default: refused.</summary>
    public ProblemHandling EmptyLabels { get; init; }

    /// <summary>The columns of numbers; null where classes or labels are named.</summary>
    internal IReadOnlyList<string>? Numbers => Labels ?? Values;

    /// <summary>The same options, where they do not contradict each other.</summary>
    internal TextFileOptions Checked()
    {
        string[] given = [
            .. new (string Name, object? Value)[] { (nameof(Label), Label ?? LabelSeparator), (nameof(Labels), Labels),
                (nameof(Values), Values) }
            .Where(option => option.Value is not null).Select(option => option.Name)];
        if (given.Length > 1)
            throw new ArgumentException($"TextFileOptions has {string.Join(" and ", given)}: the targets stand in one of them.");
        if (LabelSeparator is "")
            throw new ArgumentException("TextFileOptions.LabelSeparator is empty: give what stands between two labels.");
        return Numbers is not { Count: 0 }
            ? this
            : throw new ArgumentException("TextFileOptions names no column of labels or values: give at least one.");
    }

    /// <summary>How bytes become characters. Default: UTF-8 (or what a byte order mark says), and a file that is none is refused.</summary>
    public Encoding? Encoding { get; init; }
}
