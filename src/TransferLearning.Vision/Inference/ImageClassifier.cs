using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Tells what an image shows. Made of a saved model alone: backbone, labels and preprocessing are in the file.
/// Thread-safe: one classifier serves any number of threads.
/// </summary>
/// <remarks>Owns its model; dispose it.</remarks>
public sealed class ImageClassifier : IDisposable
{
    private const int BatchSize = 32;
    private const string DefaultBackbone = "efficientnet_lite0";

    private readonly Predictor _predictor;
    private readonly EvaluationTransform _transform;
    private readonly PixelNormalizer _normalizer;

    /// <summary>A classifier of a model that has just been trained.</summary>
    /// <param name="model">The model, which the classifier owns from now on; its backbone reads images.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no images.</exception>
    public ImageClassifier(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var spec = model.Backbone.Info.Input as ImageSpec ?? throw new ArgumentException(
            $"The backbone '{model.Backbone.Info.Id}' does not say how it wants images: take one of VisionBackbones, or set its BackboneInfo.Input.", nameof(model));
        (_transform, _normalizer) = (new(spec), new(spec));
        _predictor = new Predictor(model, device);
    }

    /// <summary>The classes in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="kinds">What the model may be made of, where head, objective or metric are of a kind of your own; null (default): the kinds of this library.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model whose backbone is none of <see cref="VisionBackbones"/>.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">A part of the model is of a kind that was not given.</exception>
    public static ImageClassifier Load(string path, Device? device = null, Kinds? kinds = null)
    {
        return new ImageClassifier(VisionBackbones.OpenModel(path, kinds), device);
    }

    /// <summary>
    /// Makes a classifier of a folder with one sub-folder of images for each class, or of one that is split into such folders
    /// (<see cref="FolderSplits"/>). Where it is not split, a fifth of each class is held out to measure by. How much is trained the number of examples
    /// decides (<see cref="ImageRecipe"/>): in most cases the head alone, which takes seconds and needs few examples. <see cref="Report"/>
    /// says what was done and reached.
    /// </summary>
    /// <param name="folder">A folder that <see cref="ImageFolder.Open"/> reads, or one that is split.</param>
    /// <param name="backbone">One of <see cref="VisionBackbones.Names"/>, or a file or folder with weights of one. Null (default): <c>efficientnet_lite0</c>.</param>
    /// <param name="options">Options; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches, steps or iterations.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">The folder holds fewer than two classes, the backbone is unknown, or an option is out of its range.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be decoded.</exception>
    /// <exception cref="FileNotFoundException">The backbone's weights are nowhere; the message lists the places.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ImageClassifier FineTune(
        string folder, string? backbone = null, FineTuneOptions? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (FolderSplits.Find(folder) is not { } splits) return FineTune(ImageFolder.Open(folder), null, backbone, options, progress, cancellationToken);
        var train = ImageFolder.Open(splits.Train);
        train = train.WithSkipped([.. train.Skipped, .. splits.Unused]);
        var measured = splits.Measured is { } place
            ? ImageFolder.Open(place, new DatasetFolderOptions { ClassNames = train.Targets.Names, EmptyClasses = ProblemHandling.Skip })
            : null;
        return FineTune(train, measured, backbone, options, progress, cancellationToken);
    }

    /// <summary>Makes a classifier of a data set, whose targets are classes, probabilities of classes, labels or values.</summary>
    /// <param name="train">Images to learn from.</param>
    /// <param name="validation">Images to measure by; null (default): a share of those to learn from is held out, see <see cref="FineTuneOptions.ValidationShare"/>.</param>
    /// <param name="backbone">One of <see cref="VisionBackbones.Names"/>, or a file or folder with weights of one. Null (default): <c>efficientnet_lite0</c>.</param>
    /// <param name="options">Options; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches, steps or iterations.</param>
    /// <inheritdoc cref="FineTune(string, string?, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static ImageClassifier FineTune(
        ImageDataset train, ImageDataset? validation = null, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        var recipe = ImageRecipe.Choose(train, options);
        var (learnt, held) = validation is null ? train.Split(1 - options.ValidationShare, options.Seed) : (train, validation);
        var head = recipe.Head(train.Targets);
        var model = LocalWeights.Open(backbone ?? DefaultBackbone).WithHead(head, ownsBackbone: true);
        try
        {
            var report = recipe.Fit(model, learnt, held.Count > 0 ? held.WithAugmentation() : null, progress, cancellationToken);
            if (held.Count == 0) report = report with { Warnings = [.. report.Warnings, "Nothing was measured: no class has an image to spare. Give two or more of each, or a validation set."] };
            return new ImageClassifier(model, options.Device) { Report = report };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What training did and reached; null for a model that was loaded or given.</summary>
    public TrainingReport? Report { get; private init; }

    /// <summary>Saves the model as one file; see <see cref="TransferModel.Save"/>.</summary>
    public void Save(string path) => _predictor.Model.Save(path);

    /// <summary>Classifies an image file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    public Classification Predict(string path) => Predict(ImageDecoder.Decode(path, _transform.Spec.Decoding));

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP). The stream is read to its end and stays open.</summary>
    /// <exception cref="ImageFormatException">The stream holds no image that can be decoded.</exception>
    public Classification Predict(Stream image) => Predict(ImageDecoder.Decode(image, _transform.Spec.Decoding));

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP).</summary>
    /// <exception cref="ImageFormatException">The bytes are no image that can be decoded.</exception>
    public Classification Predict(ReadOnlySpan<byte> image) => Predict(ImageDecoder.Decode(image, _transform.Spec.Decoding));

    /// <summary>Classifies a decoded image.</summary>
    /// <exception cref="NotSupportedException">The model gives values: use <see cref="Score(RgbImage)"/>.</exception>
    public Classification Predict(RgbImage image) => Ask(_predictor.Predict, [_transform.Apply(image)])[0];

    /// <summary>Classifies many image files in batches; answers come in the order of the paths.</summary>
    /// <param name="paths">The files; read lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="FileNotFoundException">There is no such file; answers of earlier batches have been given.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be decoded; answers of earlier batches have been given.</exception>
    public IEnumerable<Classification> Predict(IEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Chunk(BatchSize).SelectMany(batch =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Tasks, since a parallel loop would wrap the exception that names the broken file. Each keeps the small image only.
            return Ask(_predictor.Predict, Task.WhenAll(batch.Select(path => Task.Run(() => _transform.Apply(ImageDecoder.Decode(path, _transform.Spec.Decoding))))).GetAwaiter().GetResult());
        });
    }

    /// <summary>What the head gives for an image file: the values of a regression, else the logits, in the order of the labels.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    public float[] Score(string path) => Score(ImageDecoder.Decode(path, _transform.Spec.Decoding));

    /// <summary>What the head gives for a decoded image: the values of a regression, else the logits, in the order of the labels.</summary>
    public float[] Score(RgbImage image) => Ask(_predictor.Score, [_transform.Apply(image)])[0];

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _predictor.Dispose();

    /// <summary>Gives images of the input's size to the predictor.</summary>
    private T Ask<T>(Func<TensorSet, T> predictor, RgbImage[] images)
    {
        var spec = _transform.Spec;
        using var values = empty([images.Length, RgbImage.Channels, spec.Height, spec.Width], float32);
        var pixels = MemoryMarshal.Cast<byte, float>(values.bytes);
        foreach (var (index, image) in images.Index()) _normalizer.Write(image, pixels[(index * image.Pixels.Length)..]);
        return predictor(new TensorSet(values));
    }
}
