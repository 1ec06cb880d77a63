using System.Text;

namespace TransferLearning.Text;

/// <summary>What happens with a row that cannot be used.</summary>
public enum RowHandling
{
    /// <summary>An exception names it.</summary>
    Refuse,

    /// <summary>It is left out and listed in <see cref="TextDataset.SkippedRows"/>.</summary>
    Skip,
}

/// <summary>How <see cref="TextFile.Open"/> reads a file.</summary>
public sealed record TextFileOptions
{
    /// <summary>
    /// Column, or JSON property, of the text; a number counts the columns from 0. Default null: the one that is called text, sentence,
    /// question, content, review, message, sms, title, description, document, query or utterance, whichever comes first in this list.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Column of the second text where texts come in pairs. Default null: there are no pairs.</summary>
    public string? Pair { get; init; }

    /// <summary>Column of the class. Default null: the one that is called label, class, category, topic, intent, target, sentiment or tag.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Whether the first row of a CSV or TSV file names the columns. Default null: it does where it holds the wanted columns;
    /// a file of two columns without names holds text and label.
    /// </summary>
    public bool? Header { get; init; }

    /// <summary>All classes in order, to open a validation file with the classes of the training set. Default null: those that occur, in ordinal order.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Rows whose text is empty or white space. Default: refused.</summary>
    public RowHandling EmptyTexts { get; init; }

    /// <summary>Rows whose class is empty. Default: refused.</summary>
    public RowHandling EmptyLabels { get; init; }

    /// <summary>How bytes become characters. Default: UTF-8 (or what a byte order mark says), and a file that is none is refused.</summary>
    public Encoding? Encoding { get; init; }
}
