using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Turns images into vectors whose angle says how alike they look to the network: for search by an image, near copies, groups. Thread-safe:
/// one encoder serves any number of threads.
/// </summary>
/// <remarks>Owns its backbone; dispose it.</remarks>
public sealed partial class ImageEncoder : IDisposable
{
    private const string DefaultBackbone = "efficientnet_lite0";

    private readonly Embedder _embedder;
    private readonly SharedResource _users;
    private readonly ImagePipeline<float[]> _vectors;

    /// <summary>An encoder on a backbone, which it owns from now on, puts into evaluation mode and moves to a device.</summary>
    /// <param name="backbone">A backbone that reads images.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="normalize">Whether vectors have length 1, so that their dot product is their similarity. Default: true.</param>
    /// <exception cref="ArgumentException">The backbone reads no images.</exception>
    public ImageEncoder(IPretrainedBackbone backbone, Device? device = null, bool normalize = true)
        : this(ImageSpec.Of(backbone), new Embedder(backbone, device), normalize) { }

    /// <summary>An encoder on the backbone of a model, which it owns from now on: on what training has made of it. The head is not
    /// used.</summary>
    /// <param name="model">A model whose backbone reads images.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="normalize">Whether vectors have length 1, so that their dot product is their similarity. Default: true.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no images.</exception>
    public ImageEncoder(TransferModel model, Device? device = null, bool normalize = true)
        : this(ImageSpec.Of((model ?? throw new ArgumentNullException(nameof(model))).Backbone), new Embedder(model, device), normalize) { }

    private ImageEncoder(ImageSpec spec, Embedder embedder, bool normalize)
    {
        (_embedder, _users) = (embedder, new SharedResource(embedder, this));
        _vectors = new(spec, _users, (input, describe) => embedder.Embed(input, normalize, describe), TestViews.One, one => one[0]);
    }

    /// <summary>Loads a pretrained encoder.</summary>
    /// <param name="name">One of <see cref="VisionBackbones.Names"/>, a file or folder with weights of one, or a model that
    /// <see cref="TransferModel.Save"/> wrote.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="normalize">Whether vectors have length 1, so that their dot product is their similarity. Default: true.</param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="ArgumentException">There is no backbone of that name, or the file does not say which network it is of.</exception>
    /// <exception cref="FileNotFoundException">The weights are nowhere; the message lists the places.</exception>
    /// <exception cref="WeightFormatException">The file is damaged or of another format.</exception>
    /// <exception cref="WeightMismatchException">The file does not fit the network.</exception>
    public static ImageEncoder Load(
        string name = DefaultBackbone, Device? device = null, bool normalize = true, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default) => File.Exists(name) && ModelArtefact.IsModel(name)
            ? new(VisionBackbones.OpenModel(name, progress: progress, cancellationToken: cancellationToken), device, normalize)
            : new(LocalWeights.Open(name, progress, cancellationToken), device, normalize);

    /// <summary>Loads a pretrained encoder on a thread of its own.</summary>
    /// <inheritdoc cref="Load"/>
    public static Task<ImageEncoder> LoadAsync(
        string name = DefaultBackbone, Device? device = null, bool normalize = true, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Load(name, device, normalize, progress, cancellationToken), cancellationToken);

    /// <summary>Numbers D in a vector.</summary>
    public int Size => _embedder.Info.FeatureSize;

    /// <summary>Name of the backbone.</summary>
    public string Id => _embedder.Info.Id;

    /// <summary>How alike two image files are: the cosine of the angle between their vectors, from -1 to 1.</summary>
    /// <inheritdoc cref="Embed(string)"/>
    public double Similarity(string first, string second) => Embedder.Cosine(Embed(first), Embed(second));

    /// <summary>How alike two decoded images are: the cosine of the angle between their vectors, from -1 to 1.</summary>
    /// <inheritdoc cref="Embed(RgbImage)"/>
    public double Similarity(RgbImage first, RgbImage second) => Embedder.Cosine(Embed(first), Embed(second));

    /// <summary>Disposes the backbone, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _users.Dispose();
}
