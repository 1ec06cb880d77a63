namespace TransferLearning.Vision;

/// <summary>
/// Images with one class each, in files or in memory. Immutable. A run decodes each file once and keeps what fits into
/// <see cref="CacheBytes"/>; the others are decoded anew in every epoch, so the set may be of any size.
/// </summary>
public sealed class ImageDataset : ILabelledDataset<ImageDataset>
{
    private readonly ImageExample[] _examples;
    private readonly IAugmentation[] _augmentations;

    private ImageDataset(
        ImageExample[] examples, IReadOnlyList<string> classNames, IAugmentation[] augmentations, IReadOnlyList<SkippedFile> skippedFiles)
    {
        (_examples, _augmentations, ClassNames, SkippedFiles) = (examples, augmentations, classNames, skippedFiles);
        Labels = [.. examples.Select(e => e.Label)];
        Names = [.. examples.Select(e => e.Name)];
    }

    /// <summary>Number of images.</summary>
    public int Count => _examples.Length;

    /// <summary>Names of the classes in the order of their indices: ordinal order, unless they were given.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Class index of each image.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>What each image is, for reports: its path, or its number where it was given in memory.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The random changes that each image goes through; empty by default.</summary>
    public IReadOnlyList<IAugmentation> Augmentations => _augmentations;

    /// <summary>Most bytes of memory in which a run keeps images that it needs more than once: decoded, or of the backbone's size where nothing is augmented. Default 512 MiB.</summary>
    public long CacheBytes { get; private init; } = 512L << 20;

    /// <summary>What <see cref="ImageFolder"/> found but left out, with the reasons. Subsets keep the list.</summary>
    public IReadOnlyList<SkippedFile> SkippedFiles { get; }

    /// <summary>A data set of image files, which are not opened before they are needed.</summary>
    /// <param name="examples">Path and class of each image.</param>
    /// <param name="classNames">All classes in order; by default those that occur, in ordinal order.</param>
    /// <param name="decoding">How files are decoded; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no example, or a class is not among <paramref name="classNames"/>.</exception>
    public static ImageDataset FromFiles(
        IEnumerable<(string Path, string Class)> examples, IReadOnlyList<string>? classNames = null, ImageDecodeOptions? decoding = null) =>
        FromFiles(examples, classNames, decoding, []);

    /// <summary>A data set of encoded images in memory (JPEG, PNG, WebP, GIF, BMP), decoded when they are needed.</summary>
    /// <remarks>Does not copy the arrays; do not change them afterwards.</remarks>
    /// <inheritdoc cref="FromFiles(IEnumerable{ValueTuple{string, string}}, IReadOnlyList{string}?, ImageDecodeOptions?)"/>
    public static ImageDataset FromBytes(
        IEnumerable<(byte[] Encoded, string Class)> examples, IReadOnlyList<string>? classNames = null, ImageDecodeOptions? decoding = null) =>
        Create(examples, classNames, (_, index) => $"image {index}", (encoded, name) => ImageDecoder.Decode(encoded, $"'{name}'", decoding), []);

    /// <summary>A data set of decoded images.</summary>
    /// <inheritdoc cref="FromFiles(IEnumerable{ValueTuple{string, string}}, IReadOnlyList{string}?, ImageDecodeOptions?)"/>
    public static ImageDataset FromImages(IEnumerable<(RgbImage Image, string Class)> examples, IReadOnlyList<string>? classNames = null) =>
        Create(examples, classNames, (_, index) => $"image {index}", (image, _) => image, []);

    /// <summary>The images at these positions, in this order, with the same classes and augmentations.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public ImageDataset Subset(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The data set has {Count} images, counted from 0.");
        return new([.. indices.Select(i => _examples[i])], ClassNames, _augmentations, SkippedFiles) { CacheBytes = CacheBytes };
    }

    /// <summary>The same images, each changed at random in every epoch; replaces earlier augmentations. For training only.</summary>
    /// <param name="augmentations">Applied in this order; none turns augmentation off.</param>
    public ImageDataset WithAugmentation(params IAugmentation[] augmentations)
    {
        ArgumentNullException.ThrowIfNull(augmentations);
        return new(_examples, ClassNames, [.. augmentations], SkippedFiles) { CacheBytes = CacheBytes };
    }

    /// <summary>The same images with another limit of <see cref="CacheBytes"/>; 0 keeps none.</summary>
    public ImageDataset WithCache(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new(_examples, ClassNames, _augmentations, SkippedFiles) { CacheBytes = bytes };
    }

    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => input is ImageSpec spec
        ? new ImageBatchSource(_examples, _augmentations, spec, CacheBytes)
        : throw new ArgumentException(
            $"A data set of images serves backbones whose input is an ImageSpec, but this one's is {input?.GetType().Name ?? "not described"}. Take a backbone for images, or set its BackboneInfo.Input.",
            nameof(input));

    internal static ImageDataset FromFiles(
        IEnumerable<(string Path, string Class)> examples, IReadOnlyList<string>? classNames, ImageDecodeOptions? decoding, IReadOnlyList<SkippedFile> skipped) =>
        Create(examples, classNames, (path, _) => path, (path, _) => ImageDecoder.Decode(path, decoding), skipped);

    private static ImageDataset Create<T>(
        IEnumerable<(T Source, string Class)> examples,
        IReadOnlyList<string>? classNames,
        Func<T, int, string> nameOf,
        Func<T, string, RgbImage> open,
        IReadOnlyList<SkippedFile> skipped)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var all = examples.ToList();
        if (all.Count == 0) throw new ArgumentException("A data set needs at least one image.", nameof(examples));
        var classes = ClassIndex.Of(all.Select(e => e.Class), classNames);
        return new([.. all.Select(Example)], classes.Names, [], skipped);

        ImageExample Example((T Source, string Class) example, int position)
        {
            var name = nameOf(example.Source, position);
            return new(name, classes.IndexOf(example.Class, $"'{name}'"), () => open(example.Source, name));
        }
    }
}
