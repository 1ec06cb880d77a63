using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Tells values of what an image shows: an age, a price, a weight. Made of a saved model alone.
/// Thread-safe: one regressor serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed class ImageRegressor : IDisposable
{
    private readonly ImageClassifier _network;

    /// <summary>Takes a model, puts it into evaluation mode and moves it to a device.</summary>
    /// <param name="model">The model; the regressor owns it from now on.</param>
    /// <param name="device">Null (default): a GPU where there is one.</param>
    /// <exception cref="ArgumentException">The model gives classes or labels, or its backbone does not say how it wants images.</exception>
    public ImageRegressor(TransferModel model, Device? device = null) : this(new ImageClassifier(Valued(model), device))
    {
    }

    private ImageRegressor(ImageClassifier network) => _network = network;

    /// <summary>What the values are, in the order of <see cref="Predict(string)"/>.</summary>
    public IReadOnlyList<string> Names => _network.Labels;

    /// <inheritdoc cref="ImageClassifier.Report"/>
    public TrainingReport? Report => _network.Report;

    /// <summary>
    /// Makes a regressor of a CSV file of paths and values; a share of the rows is held out to measure by. See
    /// <see cref="ImageClassifier"/>, which learns the same of a data set.
    /// </summary>
    /// <param name="path">A file that <see cref="ImageTable.Open"/> reads.</param>
    /// <param name="values">Columns of the numbers that are to be predicted.</param>
    /// <exception cref="InvalidDataException">The file is no such table; the message names the line.</exception>
    /// <inheritdoc cref="ImageClassifier.FineTune(ImageDataset, ImageDataset?, string?, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    /// <param name="backbone">One of <see cref="VisionBackbones.Names"/>, or a file or folder with weights of one. Null (default):
    /// <c>efficientnet_lite0</c>.</param>
    /// <param name="options">Options; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches, steps or iterations, and a download of weights.</param>
    public static ImageRegressor FineTune(
        string path, IReadOnlyList<string> values, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return FineTune(ImageTable.Open(path, new() { Values = values }), null, backbone, options, progress, cancellationToken);
    }

    /// <summary>Makes a regressor of a data set, whose targets are values.</summary>
    /// <inheritdoc cref="ImageClassifier.FineTune(ImageDataset, ImageDataset?, string?, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static ImageRegressor FineTune(
        ImageDataset train, ImageDataset? validation = null, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        return train.Targets is ValueTargets
            ? new(ImageClassifier.FineTune(train, validation, backbone, options, progress, cancellationToken))
            : throw new ArgumentException(
                $"A regressor learns values (Targets.Values), and these are {train.Targets.GetType().Name}: use ImageClassifier.", nameof(train));
    }

    /// <summary>Opens a saved model.</summary>
    /// <exception cref="ArgumentException">The model gives classes or labels.</exception>
    /// <inheritdoc cref="ImageClassifier.Load"/>
    public static ImageRegressor Load(
        string path, Device? device = null, Kinds? kinds = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var network = ImageClassifier.Load(path, device, kinds, progress: progress, cancellationToken: cancellationToken);
        if (!network.GivesProbabilities) return new(network);
        network.Dispose();
        throw new ArgumentException($"The model '{path}' gives probabilities and no values: open it with ImageClassifier.", nameof(path));
    }

    /// <summary>The values of an image file, in the order of <see cref="Names"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    /// <exception cref="ArgumentException">The model's weights are broken: they give NaN or infinite values.</exception>
    /// <exception cref="ObjectDisposedException">The regressor is disposed.</exception>
    public float[] Predict(string path) => _network.Score(path);

    /// <summary>The values of an encoded image (JPEG, PNG, WebP, GIF, BMP). The stream is read to its end and stays open.</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public float[] Predict(Stream image) => _network.Score(image);

    /// <summary>The values of an encoded image (JPEG, PNG, WebP, GIF, BMP).</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public float[] Predict(ReadOnlySpan<byte> image) => _network.Score(image);

    /// <summary>The values of a decoded image.</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public float[] Predict(RgbImage image) => _network.Score(image);

    /// <summary>Measures the regressor on a CSV file of paths and values, in columns of the model's <see cref="Names"/>.</summary>
    /// <exception cref="InvalidDataException">The file is no table of images and values; the message names the line.</exception>
    /// <inheritdoc cref="ImageClassifier.Evaluate(string, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Evaluation Evaluate(string path, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _network.Evaluate(path, progress, cancellationToken);

    /// <summary>Measures the regressor on a data set.</summary>
    /// <inheritdoc cref="ImageClassifier.Evaluate(ImageDataset, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Evaluation Evaluate(
        ImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _network.Evaluate(data, progress, cancellationToken);

    /// <inheritdoc cref="ImageClassifier.Save"/>
    public void Save(string path) => _network.Save(path);

    /// <inheritdoc cref="ImageClassifier.Dispose"/>
    public void Dispose() => _network.Dispose();

    private static TransferModel Valued(TransferModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return !model.Replacer.Objective.Answer.IsProbability
            ? model
            : throw new ArgumentException("The model gives probabilities and no values: take an ImageClassifier.", nameof(model));
    }
}
