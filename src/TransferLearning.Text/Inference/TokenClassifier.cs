using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Labels the words of a text, and finds what the labels mark, such as names. For models with
/// <see cref="TextBackbone.TokenClassificationHead"/>. Thread-safe: one classifier serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed partial class TokenClassifier : IDisposable
{
    private const int BatchSize = 32;

    private readonly Predictor _predictor;
    private readonly SharedResource _users;
    private readonly TextSpec _spec;

    /// <summary>A classifier of a model that has just been trained, or was opened by <see cref="TextBackbones.OpenClassifier"/>.</summary>
    /// <param name="model">The model, which the classifier owns from now on.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no texts.</exception>
    public TokenClassifier(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _spec = TextSpec.Of(model);
        _predictor = new Predictor(model, device);
        _users = new SharedResource(_predictor, this);
    }

    /// <summary>The labels in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    /// <summary>What training did and reached; null for a model that was loaded.</summary>
    public TrainingReport? Report { get; private init; }

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="kinds">What the model may be made of beside the reference's heads; null (default): the kinds of this library.</param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody. Only a model that was saved
    /// without its backbone's weights needs one.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model that reads no texts.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">The model has a head, objective, metric or adapter of a kind that was not given.</exception>
    public static TokenClassifier Load(
        string path, Device? device = null, Kinds? kinds = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new(TextBackbones.OpenModel(path, kinds, weights: null, progress, cancellationToken), device);

    /// <summary>Opens a saved model on a thread of its own.</summary>
    /// <inheritdoc cref="Load"/>
    public static Task<TokenClassifier> LoadAsync(
        string path, Device? device = null, Kinds? kinds = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Load(path, device, kinds, progress, cancellationToken), cancellationToken);

    /// <summary>
    /// The words of a text, in order, each with its likeliest label: that of its first token. The model says what a word is
    /// (<see cref="TextSpec.WordSplit"/>). What the tokenizer leaves out, such as control characters, is no word. A text longer than
    /// <see cref="TextSpec.MaxLength"/> is read in windows, which share <see cref="TextSpec.Stride"/> tokens.
    /// </summary>
    /// <exception cref="NotSupportedException">The model labels no tokens.</exception>
    public IReadOnlyList<TextSpan> Predict(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var use = _users.Enter();
        var words = _spec.WordSplit.Cut(text);
        var found = new TextSpan?[words.Count];
        var whole = _spec.Tokenizer.Encode(text, null, new EncodingOptions { MaxLength = _spec.MaxLength, Stride = _spec.Stride ?? 0 });
        foreach (var windows in whole.Overflow.Prepend(whole).Chunk(BatchSize))
        {
            var tokens = Array.ConvertAll(windows, window => new TokenWindow(window.Ids));
            var (labels, probabilities, columns) = Ask(tokens);
            for (var i = 0; i < windows.Length; i++)
            {
                var first = i * columns + tokens[i].StartIn(columns, _spec.PaddingSide);
                foreach (var (word, token) in words.FirstTokens(windows[i]))
                    found[word] ??= new TextSpan(
                        text[words[word]], words[word], Labels[(int)labels[first + token]], probabilities[first + token]);
            }
        }
        return [.. found.OfType<TextSpan>()];
    }

    /// <summary>
    /// What the labels mark: words with <c>B-X</c> and the <c>I-X</c> after it are one span with the label <c>X</c>, as are neighbours with
    /// the same label without such a prefix. <c>E-X</c> or <c>L-X</c> ends a span, <c>S-X</c> or <c>U-X</c> is one of a single word
    /// (BIOES, BILOU).
    /// Words with the label <c>O</c> are left out.
    /// </summary>
    /// <exception cref="NotSupportedException">The model labels no tokens.</exception>
    public IReadOnlyList<TextSpan> FindSpans(string text) => TextSpan.Join(text, Predict(text));

    /// <summary>Saves the model as one file; see <see cref="TransferModel.Save"/>.</summary>
    public void Save(string path) => _predictor.Model.Save(path);

    /// <summary>Disposes the model, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _users.Dispose();

    /// <summary>The likeliest label of each token and its probability, row after row.</summary>
    private (long[] Labels, float[] Probabilities, int Columns) Ask(TokenWindow[] windows)
    {
        using var scope = NewDisposeScope();
        using var input = TokenBatch.Of(Array.ConvertAll(windows, window => new[] { window }), _spec);
        var answer = _predictor.Answer(input, _ => "The text").Values;
        if (answer.dim() != 3 || answer.shape[2] != Labels.Count)
            throw new NotSupportedException(
                $"The model's head of kind '{_predictor.Model.Replacer.Kind}' gives [{string.Join(", ", answer.shape)}] and labels no "
                + "tokens: use TextClassifier, or a TokenClassificationHead.");
        var (best, labels) = answer.max(-1);
        return (
            [.. MemoryMarshal.Cast<byte, long>(labels.contiguous().bytes)], [.. MemoryMarshal.Cast<byte, float>(best.contiguous().bytes)], (int)answer.shape[1]);
    }
}
