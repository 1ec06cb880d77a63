using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Tells which class a text belongs to, which labels it has, or what values. Made of a saved model alone: backbone, tokenizer and labels are in the file.
/// Thread-safe: one classifier serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed class TextClassifier : IDisposable
{
    private const int BatchSize = 32;

    private readonly Predictor _predictor;
    private readonly TextSpec _spec;

    /// <summary>A classifier of a model that has just been trained.</summary>
    /// <param name="model">The model, which the classifier owns from now on; its backbone reads texts.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no texts.</exception>
    public TextClassifier(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _spec = TextSpec.Of(model);
        _predictor = new Predictor(model, device);
    }

    /// <summary>The classes, labels or values in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="kinds">What the model may be made of beside the reference's heads; null (default): the kinds of this library.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model that reads no texts.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">The model has a head, objective, metric or adapter of a kind that was not given.</exception>
    public static TextClassifier Load(string path, Device? device = null, Kinds? kinds = null) => new(TextBackbones.OpenModel(path, kinds), device);

    /// <summary>
    /// Makes a classifier of a file of labelled texts, or of a folder that is split into such folders (<see cref="FolderSplits"/>). Where it is
    /// not split, a fifth is held out to measure by (nothing where each class has one text). How much is trained the number of examples decides.
    /// <see cref="Report"/> says what was done and reached.
    /// </summary>
    /// <param name="path">A file or folder that <see cref="TextFile.Open"/> reads, or one that is split.</param>
    /// <param name="backbone">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, or a repository on the hub: as <see cref="TextBackbones.Load"/> takes it.</param>
    /// <param name="options">How much is trained, and how; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <exception cref="TextFormatException">The file cannot be read; the message names the line.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the backbone's weights are nowhere.</exception>
    /// <exception cref="ArgumentException">There is no backbone of that name, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TextClassifier FineTune(
        string path, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(path) || FolderSplits.Find(path, ClassFolder.Tables) is not { } splits) return FineTune(TextFile.Open(path),
            null, backbone, options, progress, cancellationToken);
        var train = TextFile.Open(splits.Train);
        train = train.WithSkipped([.. train.Skipped, .. splits.Unused]);
        var validation = splits.Measured is { } place ? TextFile.Open(place, new TextFileOptions { ClassNames = train.Targets.Names }) : null;
        return FineTune(train, validation, backbone, options, progress, cancellationToken);
    }

    /// <summary>Makes a classifier of labelled texts, by the recipe of <see cref="TextRecipe"/>.</summary>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="validation">Texts to measure by; null (default): a share of the others (<see cref="FineTuneOptions.ValidationShare"/>), which are then not learnt from.</param>
    /// <param name="backbone">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, or a repository on the hub.</param>
    /// <param name="options">How much is trained, and how; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <exception cref="FileNotFoundException">The backbone's weights are nowhere.</exception>
    /// <exception cref="ArgumentException">There is no backbone of that name, an option is out of its range, or the sets do not fit each other.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TextClassifier FineTune(
        TextDataset train, TextDataset? validation = null, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var (model, report) = TextFineTune.Run(
            train, validation, backbone, options, (encoder, texts) => TextRecipe.Choose(texts, options, encoder.Input.Pooling), progress, cancellationToken);
        return new TextClassifier(model, options.Device) { Report = report };
    }

    /// <summary>What training did and reached; null for a model that was loaded.</summary>
    public TrainingReport? Report { get; private init; }

    /// <summary>Saves the model as one file; see <see cref="TransferModel.Save"/>.</summary>
    public void Save(string path) => _predictor.Model.Save(path);

    /// <summary>Classifies a text. Of several labels each has a probability of its own: they do not sum to 1.</summary>
    /// <exception cref="NotSupportedException">The model gives values: use <see cref="Score"/>.</exception>
    public Classification Predict(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ask(_predictor.Predict, (text, null))[0];
    }

    /// <summary>Classifies a pair of texts.</summary>
    /// <exception cref="NotSupportedException">The model gives values: use <see cref="ScorePair"/>.</exception>
    public Classification PredictPair(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Ask(_predictor.Predict, (first, second))[0];
    }

    /// <summary>Classifies many texts in batches; answers come in the order of the texts.</summary>
    /// <param name="texts">The texts; read lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null; the message says which.</exception>
    public IEnumerable<Classification> Predict(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Select((text, i) => GivenText.Checked(text, i)).Chunk(BatchSize).SelectMany(batch =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Ask(_predictor.Predict, [.. batch.Select(text => (text, (string?)null))]);
        });
    }

    /// <summary>What the head gives for a text: the values of a regression, else the logits, in the order of <see cref="Labels"/>.</summary>
    public float[] Score(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ask(_predictor.Score, (text, null))[0];
    }

    /// <summary>What the head gives for a pair of texts, such as how alike they are.</summary>
    public float[] ScorePair(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Ask(_predictor.Score, (first, second))[0];
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _predictor.Dispose();

    private IReadOnlyList<T> Ask<T>(Func<TensorSet, IReadOnlyList<T>> ask, params (string First, string? Second)[] texts)
    {
        using var input = TokenBatch.Of([.. texts.Select(text => TokenWindow.Read(text.First, text.Second, _spec).Windows)], _spec);
        return ask(input);
    }
}
