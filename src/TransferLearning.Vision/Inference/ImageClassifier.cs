using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Tells what an image shows. Made of a saved model alone: backbone, labels and preprocessing are in the file.
/// Thread-safe: one classifier serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed partial class ImageClassifier : IDisposable
{
    private readonly Predictor _predictor;
    private readonly SharedResource _users;
    private readonly ImagePipeline<Classification> _predictions;
    private readonly ImagePipeline<float[]> _scores;

    /// <summary>A classifier of a model that has just been trained.</summary>
    /// <param name="model">The model, which the classifier owns from now on; its backbone reads images.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="views">How many views of an image are asked about. Default one.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no images.</exception>
    public ImageClassifier(TransferModel model, Device? device = null, TestViews views = TestViews.One)
    {
        ArgumentNullException.ThrowIfNull(model);
        Ranges.Defined(views, nameof(views));
        var spec = ImageSpec.Of(model.Backbone);
        _predictor = new Predictor(model, device);
        _users = new SharedResource(_predictor, this);
        _predictions = new(spec, _users, _predictor.Predict, views, Mean);
        _scores = new(spec, _users, _predictor.Score, views, Mean);
    }

    /// <summary>The classes in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    /// <summary>Whether the model gives probabilities of classes or labels, and not values.</summary>
    internal bool GivesProbabilities => _predictor.Model.Replacer.Objective.Answer.IsProbability;

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="kinds">What the model may be made of, where head, objective or metric are of a kind of your own; null (default): the
    /// kinds of this library.</param>
    /// <param name="views">How many views of an image are asked about. Default one.</param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody. Only a model that was saved
    /// without its backbone's weights needs one.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model whose backbone is none of
    /// <see cref="VisionBackbones"/>.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">A part of the model is of a kind that was not given.</exception>
    public static ImageClassifier Load(
        string path, Device? device = null, Kinds? kinds = null, TestViews views = TestViews.One,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new(VisionBackbones.OpenModel(path, kinds, weights: null, progress, cancellationToken), device, views);

    /// <summary>Opens a saved model on a thread of its own.</summary>
    /// <inheritdoc cref="Load"/>
    public static Task<ImageClassifier> LoadAsync(
        string path, Device? device = null, Kinds? kinds = null, TestViews views = TestViews.One,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Load(path, device, kinds, views, progress, cancellationToken), cancellationToken);

    /// <summary>What training did and reached; null for a model that was loaded or given.</summary>
    public TrainingReport? Report { get; private init; }

    /// <summary>Saves the model as one file; see <see cref="TransferModel.Save"/>.</summary>
    public void Save(string path) => _predictor.Model.Save(path);

    /// <summary>Disposes the model, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _users.Dispose();

    private static Classification Mean(IReadOnlyList<Classification> views) => new([.. views
        .SelectMany(view => view.Predictions)
        .GroupBy(prediction => prediction.Label, (label, all) => new Prediction(label, all.Average(one => one.Probability)))
        .OrderByDescending(prediction => prediction.Probability)]);

    private static float[] Mean(IReadOnlyList<float[]> views) =>
        [.. Enumerable.Range(0, views[0].Length).Select(i => views.Average(view => view[i]))];
}
