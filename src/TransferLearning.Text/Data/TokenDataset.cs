using System.Text;

namespace TransferLearning.Text;

/// <summary>
/// Texts in words with a class for each word, such as which words name a person: what <see cref="TextBackbone.TokenClassificationHead"/>
/// learns from. Immutable.
/// </summary>
public sealed class TokenDataset : IDataset<TokenDataset>
{
    private readonly TaggedText[] _texts;
    private readonly TagTargets _tags;

    private TokenDataset(TaggedText[] texts, TagTargets tags) => (_texts, _tags) = (texts, tags);

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <summary>The class of each word.</summary>
    public Targets Targets => _tags;

    /// <inheritdoc/>
    public uint Checksum => TextChecksum.Of(_texts.SelectMany(text => text.Words.Select(word => text.Text[word]))) ^ _tags.Checksum;

    /// <summary>A data set of words with classes.</summary>
    /// <param name="texts">The words of each text in order, and the class of each.</param>
    /// <param name="tagNames">All classes in order; null: those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no text, one has no word, an empty word, a null class or another number of classes, or
    /// a class is not among <paramref name="tagNames"/>.</exception>
    public static TokenDataset From(
        IEnumerable<(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)> texts, IReadOnlyList<string>? tagNames = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var all = texts.ToArray();
        if (all.Length == 0) throw new ArgumentException("A data set needs at least one text.", nameof(texts));
        foreach (var (position, (words, tags)) in all.Index())
        {
            if (words is null || tags is null || words.Count == 0 || words.Any(string.IsNullOrWhiteSpace))
                throw new ArgumentException($"Text {position} has no words, or an empty one.", nameof(texts));
            if (words.Count != tags.Count)
                throw new ArgumentException(
                    $"{Describe(position)} has {words.Count} words and {tags.Count} classes: give each word one.", nameof(texts));
        }
        return new(
            [.. all.Select(text => TaggedText.Of(text.Words))], TransferLearning.Targets.Tags(all.Select(text => text.Tags), tagNames, position => $"A word of {Describe(position)}"));

        string Describe(int position) => TextDataset.Describe(string.Join(' ', all[position].Words), position);
    }

    /// <summary>
    /// Reads a file in the form of the CoNLL tasks: a word a line with its class in the last column, columns separated by blanks, or
    /// by tabs where a line has any; an empty line after each text. Left out are lines that begin with <c>-DOCSTART-</c>, and comments
    /// before the first word of a text: lines that begin with <c># </c>, but for a word <c>#</c> with the class <c>O</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tagNames">All classes in order, such as those of the training file; null: those that occur, in ordinal order.</param>
    /// <param name="encoding">Encoding of a file without a byte order mark; null: UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TextFormatException">A line has one column only, a class is unknown, or the file holds no word; the message names
    /// the line.</exception>
    public static TokenDataset OpenConll(string path, IReadOnlyList<string>? tagNames = null, Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        List<(List<string> Words, List<string> Tags)> texts = [([], [])];
        foreach (var (number, line) in TextDecoding.ReadAllText(path, encoding).Split('\n').Index())
        {
            if (line.StartsWith("-DOCSTART-", StringComparison.Ordinal)) continue;
            var columns = line.Split(
                line.TrimEnd().Contains('\t') ? '\t' : ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var isComment = line.StartsWith("# ", StringComparison.Ordinal) && columns is not ["#", .., WordTag.Outside]
                && texts[^1].Words.Count == 0;
            if (isComment) continue;
            if (columns.Length == 0)
            {
                if (texts[^1].Words.Count > 0) texts.Add(([], []));
                continue;
            }
            if (columns.Length == 1)
                throw new TextFormatException(
                    path, number + 1, $"'{Excerpt.Of(line)}' has one column: write a word and its class, separated by a blank.");
            if (tagNames?.Contains(columns[^1]) == false) throw new TextFormatException(
                path, number + 1, $"the class '{columns[^1]}' is none of the known ones: {string.Join(", ", tagNames)}."
                + $"{SimilarNames.Hint(columns[^1], tagNames)}");
            texts[^1].Words.Add(columns[0]);
            texts[^1].Tags.Add(columns[^1]);
        }
        if (texts[^1].Words.Count == 0) texts.RemoveAt(texts.Count - 1);
        return texts.Count > 0
            ? From(texts.Select(text => ((IReadOnlyList<string>)text.Words, (IReadOnlyList<string>)text.Tags)), tagNames)
            : throw new TextFormatException(path, null, "holds no word.");
    }

    internal TokenDataset WithTargets(TagTargets tags) => new(_texts, tags);

    /// <inheritdoc/>
    public TokenDataset Subset(IReadOnlyList<int> indices) => new(_texts.At(indices), (TagTargets)_tags.Subset(indices));

    /// <summary>
    /// Tokenizes all texts, once, and cuts them into words as predictions will: as <see cref="TextSpec.WordSplit"/> says. Of a word the
    /// first token has its class; the others do not count. Where a word here is several there (<c>U.S.</c>), the first has its class and
    /// the others the one that follows it: <c>I-X</c> after <c>B-X</c> and <c>I-X</c>, the same after a class without such a prefix.
    /// </summary>
    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => TextSpec.Of(input) is { Stride: null } spec
        ? new TokenBatchSource(_texts, _tags, spec)
        : throw new ArgumentException(
            "Classes of words are learnt without windows: leave TextSpec.Stride null, and cut long texts into sentences.", nameof(input));
}
