using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Names the tokens that may stand in the masked places of a text, <c>Paris is the [MASK] of France.</c> For models with
/// <see cref="TextBackbone.MaskedLanguageModelHead"/>. Thread-safe: one filler serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed class MaskFiller : IDisposable
{
    private readonly Predictor _predictor;
    private readonly SharedResource _users;
    private readonly TextSpec _spec;
    private readonly int _mask;

    /// <summary>A filler of a model that has just been trained, or was opened by <see cref="TextBackbones.OpenClassifier"/>.</summary>
    /// <param name="model">The model, which the filler owns from now on.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no texts, or its tokenizer knows no masked token.</exception>
    public MaskFiller(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _spec = TextSpec.Of(model);
        _mask = _spec.Tokenizer.MaskId
            ?? throw new ArgumentException(
                "The model's tokenizer has no token that stands for a hidden one, such as [MASK].", nameof(model));
        _predictor = new Predictor(model, device);
        _users = new SharedResource(_predictor, this);
    }

    /// <summary>How a masked place is written: <c>[MASK]</c>, <c>&lt;mask&gt;</c>.</summary>
    public string Mask => _spec.Tokenizer.TokenOf(_mask)!;

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <inheritdoc cref="TextClassifier.Load"/>
    public static MaskFiller Load(
        string path, Device? device = null, Kinds? kinds = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var model = TextBackbones.OpenModel(path, kinds, weights: null, progress, cancellationToken);
        try
        {
            return new MaskFiller(model, device);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens a saved model on a thread of its own.</summary>
    /// <inheritdoc cref="Load"/>
    public static Task<MaskFiller> LoadAsync(
        string path, Device? device = null, Kinds? kinds = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Load(path, device, kinds, progress, cancellationToken), cancellationToken);

    /// <summary>The likeliest tokens of each masked place, in the order of the places; each with its probability, the likeliest
    /// first.</summary>
    /// <param name="text">A text with <see cref="Mask"/> in it; what is longer than <see cref="TextSpec.MaxLength"/> is cut.</param>
    /// <param name="count">How many tokens of each place; at least 1. Default 5.</param>
    /// <exception cref="ArgumentException">No place of the text is masked.</exception>
    /// <exception cref="NotSupportedException">The model is no masked language model.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Fill(string text, int count = 5)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        using var use = _users.Enter();
        var (windows, _) = TokenWindow.Read(text, null, _spec with { Stride = null });
        int[] places = [.. windows[0].Ids.Index().Where(token => token.Item == _mask).Select(token => token.Index)];
        if (places.Length == 0)
            throw new ArgumentException($"The text has no masked place: write {Mask} where a token is to be filled in.", nameof(text));
        using var scope = NewDisposeScope();
        using var input = TokenBatch.Of([windows], _spec);
        var answer = _predictor.Answer(input, _ => "The text").Values;
        if (answer.dim() != 3 || answer.shape[2] <= _mask)
            throw new NotSupportedException(
                $"The model's head of kind '{_predictor.Model.Replacer.Kind}' gives [{string.Join(", ", answer.shape)}], and no "
                + "probability of each token: use a MaskedLanguageModelHead.");
        return Array.ConvertAll(places, place => Likeliest(answer[0, place], count));
    }

    /// <summary>Disposes the model, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _users.Dispose();

    private IReadOnlyList<Prediction> Likeliest(Tensor probabilities, int count)
    {
        var (best, ids) = probabilities.topk((int)Math.Min(count, probabilities.shape[0]));
        var values = MemoryMarshal.Cast<byte, float>(best.contiguous().bytes).ToArray();
        // Networks may have more places than the tokenizer has tokens.
        return [
            .. MemoryMarshal.Cast<byte, long>(ids.contiguous().bytes).ToArray().Zip(values, (id, value) => new Prediction(_spec.Tokenizer.TokenOf((int)id) ?? $"<id {id}>", value))];
    }
}
