using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Labels the words of a text, and finds what the labels mark, such as names. For models with
/// <see cref="TextBackbone.TokenClassificationHead"/>. Thread-safe: one classifier serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed class TokenClassifier : IDisposable
{
    private const int BatchSize = 32;

    private readonly Predictor _predictor;
    private readonly TextSpec _spec;
    private readonly Device _device;

    /// <summary>A classifier of a model that has just been trained, or was opened by <see cref="TextBackbones.OpenClassifier"/>.</summary>
    /// <param name="model">The model, which the classifier owns from now on.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no texts, or its head labels no tokens.</exception>
    public TokenClassifier(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _spec = TextSpec.Of(model);
        if (model.Replacer.Objective is not TokenCrossEntropy)
            throw new ArgumentException($"The model's head of kind '{model.Replacer.Kind}' labels no tokens: use TextClassifier, or a TokenClassificationHead.", nameof(model));
        _device = device ?? TorchRuntime.BestDevice;
        _predictor = new Predictor(model, _device);
    }

    /// <summary>The labels in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model that reads no texts.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">The model labels no tokens.</exception>
    public static TokenClassifier Load(string path, Device? device = null)
    {
        var model = TextBackbones.Restore(path, head: null);
        try
        {
            return new TokenClassifier(model, device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The words of a text, in order, each with its likeliest label: that of its first token. White space separates words; punctuation
    /// marks stand for themselves. What the tokenizer leaves out, such as control characters, is no word. A text longer than
    /// <see cref="TextSpec.MaxLength"/> is read in windows, which share <see cref="TextSpec.Stride"/> tokens.
    /// </summary>
    public IReadOnlyList<LabelledSpan> Predict(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = TextWords.Of(text);
        var found = new LabelledSpan?[words.Count];
        var whole = _spec.Tokenizer.Encode(text, null, new EncodingOptions { MaxLength = _spec.MaxLength, Stride = _spec.Stride ?? 0 });
        foreach (var windows in whole.Overflow.Prepend(whole).Chunk(BatchSize))
        {
            var (labels, probabilities, columns) = Ask(windows);
            for (var i = 0; i < windows.Length; i++)
            {
                var first = i * columns + (_spec.PaddingSide == TextSide.Left ? columns - windows[i].Length : 0);
                foreach (var (word, token) in FirstTokens(words, windows[i]))
                    found[word] ??= new LabelledSpan(text[words[word]], words[word], Labels[(int)labels[first + token]], probabilities[first + token]);
            }
        }
        return [.. found.OfType<LabelledSpan>()];
    }

    /// <summary>
    /// What the labels mark: words with <c>B-X</c> and the <c>I-X</c> after it are one span with the label <c>X</c>, as are neighbours with
    /// the same label without such a prefix. <c>E-X</c> or <c>L-X</c> ends a span, <c>S-X</c> or <c>U-X</c> is one of a single word (BIOES, BILOU).
    /// Words with the label <c>O</c> are left out.
    /// </summary>
    public IReadOnlyList<LabelledSpan> FindSpans(string text) => LabelledSpan.Join(text, Predict(text));

    /// <summary>Saves the model as one file; see <see cref="TransferModel.Save"/>.</summary>
    public void Save(string path) => _predictor.Model.Save(path);

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _predictor.Dispose();

    /// <summary>The words that a window reaches, each with the first token that covers a part of it; a token may cover several.</summary>
    private static IEnumerable<(int Word, int Token)> FirstTokens(IReadOnlyList<Range> words, TextEncoding window)
    {
        var word = 0;
        for (var token = 0; token < window.Length; token++)
        {
            if (window.SpecialTokens[token]) continue;
            var (start, end) = (window.Offsets[token].Start.Value, window.Offsets[token].End.Value);
            while (word < words.Count && words[word].End.Value <= start) word++;
            for (; word < words.Count && words[word].Start.Value < end; word++) yield return (word, token);
        }
    }

    /// <summary>The likeliest label of each token and its probability, row after row.</summary>
    private (long[] Labels, double[] Probabilities, int Columns) Ask(TextEncoding[] windows)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = TokenBatch.Of([.. windows.Select(window => new[] { new TokenWindow(window.Ids, null) })], _spec);
        var outputs = _predictor.Model.Forward(input.To(_device));
        var (best, labels) = _predictor.Model.Replacer.Objective.Probabilities(outputs.to_type(ScalarType.Float64)).max(-1);
        return (MemoryMarshal.Cast<byte, long>(labels.cpu().contiguous().bytes).ToArray(), MemoryMarshal.Cast<byte, double>(best.cpu().contiguous().bytes).ToArray(), (int)outputs.shape[1]);
    }
}
