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

    private readonly Predictor _predictor;
    private readonly EvaluationTransform _transform;
    private readonly PixelNormalizer _normalizer;
    private readonly ImageDecodeOptions? _decoding;

    /// <summary>A classifier of a model that has just been trained.</summary>
    /// <param name="model">The model, which the classifier owns from now on; its backbone reads images.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="decoding">How files are decoded; null: the defaults.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no images.</exception>
    public ImageClassifier(TransferModel model, Device? device = null, ImageDecodeOptions? decoding = null)
        : this(model, (model?.Backbone.Info.Input as ImageSpec)!, device, decoding) { }

    private ImageClassifier(TransferModel model, ImageSpec spec, Device? device, ImageDecodeOptions? decoding)
    {
        ArgumentNullException.ThrowIfNull(model);
        _transform = new(spec ?? throw new ArgumentException(
            $"The backbone '{model.Backbone.Info.Id}' does not say how it wants images: take one of VisionBackbones, or set its BackboneInfo.Input.", nameof(model)));
        _normalizer = new(spec);
        _predictor = new Predictor(model, device);
        _decoding = decoding;
    }

    /// <summary>The classes in the order of the model's outputs.</summary>
    public IReadOnlyList<string> Labels => _predictor.Model.Labels;

    /// <summary>Opens a model that <see cref="TransferModel.Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where to predict; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="head">What built the head, where it is of a kind of your own.</param>
    /// <param name="decoding">How files are decoded; null: the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, no saved model, or a model whose backbone is none of <see cref="VisionBackbones"/>.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    /// <exception cref="ArgumentException">The head is of a kind of your own and was not given.</exception>
    public static ImageClassifier Load(string path, Device? device = null, IHeadReplacer? head = null, ImageDecodeOptions? decoding = null)
    {
        using var artefact = ModelArtefact.Open(path);
        var spec = artefact.Input<ImageSpec>()
            ?? throw new WeightFormatException(path, "does not say how its model wants images. Save it from a backbone whose BackboneInfo.Input is set.");
        if (!VisionBackbones.Names.Contains(artefact.BackboneId))
            throw new WeightFormatException(path, $"holds a model on the backbone '{artefact.BackboneId}', which is none of VisionBackbones. Give that backbone to ModelArtefact.Restore, and the model to ImageClassifier's constructor.");
        return new ImageClassifier(artefact.Restore(VisionBackbones.Blank(artefact.BackboneId), head), spec, device, decoding);
    }

    /// <summary>
    /// Makes a classifier of a folder with one sub-folder of images for each class: holds out a fifth of them, and fits a linear head to
    /// the features of a pretrained backbone (<see cref="LinearProbe"/>), which takes seconds and needs few examples. <see cref="Report"/>
    /// says what was done and reached. A <see cref="Trainer"/> trains the layers too.
    /// </summary>
    /// <param name="folder">A folder that <see cref="ImageFolder.Open"/> reads.</param>
    /// <param name="backbone">One of <see cref="VisionBackbones.Names"/>.</param>
    /// <param name="progress">Told after every batch of features and every fit, on the training thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches or iterations.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">The folder holds fewer than two classes, or the backbone is unknown.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be decoded.</exception>
    /// <exception cref="FileNotFoundException">The backbone's weights are nowhere; the message lists the places.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ImageClassifier FineTune(
        string folder, string backbone = "efficientnet_lite0", IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var (train, validation) = ImageFolder.Open(folder).Split(0.8);
        var model = VisionBackbones.Load(backbone).WithHead(new LinearHead(train.ClassNames), ownsBackbone: true);
        try
        {
            var report = new LinearProbe().Fit(model, train, validation.Count > 0 ? validation : null, progress, cancellationToken);
            return new ImageClassifier(model) { Report = report };
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
    public Classification Predict(string path) => Predict(ImageDecoder.Decode(path, _decoding));

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP). The stream is read to its end and stays open.</summary>
    /// <exception cref="ImageFormatException">The stream holds no image that can be decoded.</exception>
    public Classification Predict(Stream image) => Predict(ImageDecoder.Decode(image, _decoding));

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP).</summary>
    /// <exception cref="ImageFormatException">The bytes are no image that can be decoded.</exception>
    public Classification Predict(ReadOnlySpan<byte> image) => Predict(ImageDecoder.Decode(image, _decoding));

    /// <summary>Classifies a decoded image.</summary>
    public Classification Predict(RgbImage image) => Classify([_transform.Apply(image)])[0];

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
            return Classify(Task.WhenAll(batch.Select(path => Task.Run(() => _transform.Apply(ImageDecoder.Decode(path, _decoding))))).GetAwaiter().GetResult());
        });
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _predictor.Dispose();

    /// <summary>Classifies images of the input's size.</summary>
    private IReadOnlyList<Classification> Classify(RgbImage[] images)
    {
        var spec = _transform.Spec;
        using var values = empty([images.Length, RgbImage.Channels, spec.Height, spec.Width], float32);
        var pixels = MemoryMarshal.Cast<byte, float>(values.bytes);
        foreach (var (index, image) in images.Index()) _normalizer.Write(image, pixels[(index * image.Pixels.Length)..]);
        return _predictor.Predict(new TensorSet(values));
    }
}
