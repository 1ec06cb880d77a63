using System.Text;

namespace TransferLearning.Text;

/// <summary>
/// Texts in words with a label for each word, such as which words name a person: what <see cref="TextBackbone.TokenClassificationHead"/>
/// learns from. Immutable.
/// </summary>
public sealed class TokenDataset : ILabelledDataset<TokenDataset>
{
    private readonly TaggedText[] _texts;

    private TokenDataset(TaggedText[] texts, IReadOnlyList<string> labelNames) => (_texts, ClassNames) = (texts, labelNames);

    /// <summary>Number of texts.</summary>
    public int Count => _texts.Length;

    /// <summary>Names of the labels in the order of their indices (ordinal, unless they were given).</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Empty: a text has no label as a whole.</summary>
    public IReadOnlyList<int> Labels => [];

    /// <summary>A data set of labelled words.</summary>
    /// <param name="texts">The words of each text in order, and as many labels.</param>
    /// <param name="labelNames">All labels in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no text, one has no word, an empty word, a null label or another number of labels, or a label is not among <paramref name="labelNames"/>.</exception>
    public static TokenDataset From(IEnumerable<(IReadOnlyList<string> Words, IReadOnlyList<string> Labels)> texts, IReadOnlyList<string>? labelNames = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var all = texts.ToArray();
        if (all.Length == 0) throw new ArgumentException("A data set needs at least one text.", nameof(texts));
        foreach (var ((words, labels), position) in all.Select((text, position) => (text, position)))
        {
            if (words is null || labels is null || words.Count == 0 || words.Any(string.IsNullOrWhiteSpace))
                throw new ArgumentException($"Text {position} has no words, or an empty one.", nameof(texts));
            if (labels.Contains(null)) throw new ArgumentException($"A label of text {position} is null.", nameof(texts));
            if (words.Count != labels.Count)
                throw new ArgumentException($"Text {position} ('{Excerpt.Of(string.Join(' ', words))}') has {words.Count} words and {labels.Count} labels: give each word one.", nameof(texts));
        }
        var index = Given.Names(all.SelectMany(text => text.Labels), labelNames, nameof(labelNames));
        return new([.. all.Select((text, position) => TaggedText.Of(text.Words, [.. text.Labels.Select(label => index.IndexOf(label, $"A word of text {position}"))]))], index.Names);
    }

    /// <summary>
    /// Reads a file in the form of the CoNLL tasks: a word a line with its label in the last column, columns separated by blanks, or
    /// by tabs where a line has any; an empty line after each text. Left out are lines that begin with <c>-DOCSTART-</c>, and comments before
    /// the first word of a text: lines that begin with <c># </c>, but for a word <c>#</c> with the label <c>O</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="labelNames">All labels in order, such as those of the training file; null: those that occur, in ordinal order.</param>
    /// <param name="encoding">Encoding of a file without a byte order mark; null: UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TextFormatException">A line has one column only, a label is unknown, or the file holds no word; the message names the line.</exception>
    public static TokenDataset OpenConll(string path, IReadOnlyList<string>? labelNames = null, Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        List<(List<string> Words, List<string> Labels)> texts = [([], [])];
        foreach (var (number, line) in TextDecoding.ReadAllText(path, encoding).Split('\n').Index())
        {
            if (line.StartsWith("-DOCSTART-", StringComparison.Ordinal)) continue;
            var columns = line.Split(line.TrimEnd().Contains('\t') ? '\t' : ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var isComment = line.StartsWith("# ", StringComparison.Ordinal) && columns is not ["#", .., "O"] && texts[^1].Words.Count == 0;
            if (isComment) continue;
            if (columns.Length == 0)
            {
                if (texts[^1].Words.Count > 0) texts.Add(([], []));
                continue;
            }
            if (columns.Length == 1) throw new TextFormatException(path, number + 1, $"'{Excerpt.Of(line)}' has one column: write a word and its label, separated by a blank.");
            if (labelNames?.Contains(columns[^1]) == false) throw new TextFormatException(path, number + 1, $"the label '{columns[^1]}' is not among the label names: {string.Join(", ", labelNames)}.");
            texts[^1].Words.Add(columns[0]);
            texts[^1].Labels.Add(columns[^1]);
        }
        if (texts[^1].Words.Count == 0) texts.RemoveAt(texts.Count - 1);
        return texts.Count > 0
            ? From(texts.Select(text => ((IReadOnlyList<string>)text.Words, (IReadOnlyList<string>)text.Labels)), labelNames)
            : throw new TextFormatException(path, null, "holds no word.");
    }

    /// <summary>The texts at these positions, in this order, with the same labels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public TokenDataset Subset(IReadOnlyList<int> indices) => new(_texts.At(indices), ClassNames);

    /// <summary>Tokenizes all texts, once. Of a word the first token has its label; the others do not count (<see cref="TokenCrossEntropy.Ignored"/>).</summary>
    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => TextSpec.Of(input) is { Stride: null } spec
        ? new TokenBatchSource(_texts, spec)
        : throw new ArgumentException("Labels of words are learnt without windows: leave TextSpec.Stride null, and cut long texts into sentences.", nameof(input));
}
