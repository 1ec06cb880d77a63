using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TransferLearning.Vision;

/// <summary>
/// Images, in files or in memory, and what is to be predicted of them: a class, several labels, values, or the image itself. Immutable. A
/// run decodes each file once and keeps what fits into <see cref="CacheBytes"/>; the others are decoded anew in every epoch, so the set may
/// be of any size. How files are decoded the backbone's <see cref="ImageSpec.Decoding"/> says.
/// </summary>
public sealed class ImageDataset : IDataset<ImageDataset>
{
    private readonly Content _content;

    private ImageDataset(Content content) => _content = content;

    /// <inheritdoc/>
    public int Count => _content.Examples.Length;

    /// <inheritdoc/>
    public Targets Targets => _content.Targets;

    /// <summary>What each image is, for reports: its path, or its number where it was given in memory.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(_content.Examples, example => example.Name);

    /// <summary>The random changes that each image goes through; empty by default.</summary>
    public IReadOnlyList<IAugmentation> Augmentations => _content.Augmentations;

    /// <summary>
    /// Most bytes of memory in which a run keeps images that it needs more than once: decoded, or of the backbone's size where nothing is
    /// augmented. Default 512 MiB.
    /// </summary>
    public long CacheBytes => _content.CacheBytes;

    /// <summary>What <see cref="ImageFolder"/> found but left out, with the reasons. Subsets keep the list.</summary>
    public IReadOnlyList<SkippedItem> Skipped => _content.Skipped;

    /// <summary>Of files by path, length and time of the last change, of images in memory by their bytes; and by the targets.</summary>
    /// <exception cref="FileNotFoundException">A file is gone.</exception>
    public uint Checksum
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var example in _content.Examples) example.Mark(hash);
            return BinaryPrimitives.ReadUInt32LittleEndian(hash.GetHashAndReset()) ^ Targets.Checksum;
        }
    }

    /// <summary>A data set of image files with a class each. They are not opened before they are needed.</summary>
    /// <param name="examples">Path and class of each image.</param>
    /// <param name="classNames">All classes in order; by default those that occur, in ordinal order.</param>
    /// <exception cref="ArgumentException">There is no example, or a class is not among <paramref name="classNames"/>.</exception>
    public static ImageDataset FromFiles(IEnumerable<(string Path, string Class)> examples, IReadOnlyList<string>? classNames = null) =>
        OfClasses(examples, classNames, ImageExample.OfFile, (path, _) => path);

    /// <summary>A data set of image files with targets of any kind. They are not opened before they are needed.</summary>
    /// <param name="paths">The images.</param>
    /// <param name="targets">What is to be predicted of each; null (default): the image itself, as the backbone gets it
    /// (<see cref="InputTargets"/>).</param>
    /// <exception cref="ArgumentException">There is no image, or there are more or fewer targets.</exception>
    public static ImageDataset FromFiles(IEnumerable<string> paths, Targets? targets = null) => Of(paths, targets, ImageExample.OfFile);

    /// <summary>
    /// A data set of encoded images in memory (JPEG, PNG, WebP, GIF, BMP) with a class each, decoded when they are needed.
    /// </summary>
    /// <remarks>Does not copy the arrays; do not change them afterwards.</remarks>
    /// <inheritdoc cref="FromFiles(IEnumerable{ValueTuple{string, string}}, IReadOnlyList{string}?)"/>
    public static ImageDataset FromBytes(IEnumerable<(byte[] Encoded, string Class)> examples, IReadOnlyList<string>? classNames = null) =>
        OfClasses(examples, classNames, ImageExample.OfBytes, (_, position) => ImageExample.InMemory(position));

    /// <summary>
    /// A data set of encoded images in memory (JPEG, PNG, WebP, GIF, BMP) with targets of any kind, decoded when they are needed.
    /// </summary>
    /// <remarks>Does not copy the arrays; do not change them afterwards.</remarks>
    /// <inheritdoc cref="FromFiles(IEnumerable{string}, Targets?)"/>
    public static ImageDataset FromBytes(IEnumerable<byte[]> encoded, Targets? targets = null) =>
        Of(encoded, targets, ImageExample.OfBytes);

    /// <summary>A data set of decoded images with a class each.</summary>
    /// <inheritdoc cref="FromFiles(IEnumerable{ValueTuple{string, string}}, IReadOnlyList{string}?)"/>
    public static ImageDataset FromImages(IEnumerable<(RgbImage Image, string Class)> examples, IReadOnlyList<string>? classNames = null) =>
        OfClasses(examples, classNames, ImageExample.OfImage, (_, position) => ImageExample.InMemory(position));

    /// <summary>A data set of decoded images with targets of any kind.</summary>
    /// <inheritdoc cref="FromFiles(IEnumerable{string}, Targets?)"/>
    public static ImageDataset FromImages(IEnumerable<RgbImage> images, Targets? targets = null) =>
        Of(images, targets, ImageExample.OfImage);

    /// <summary>The images at these positions, in this order, with the same names of classes and the same augmentations.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public ImageDataset Subset(IReadOnlyList<int> indices)
    {
        Positions.Check(indices, Count);
        return new(_content with { Examples = [.. indices.Select(i => _content.Examples[i])], Targets = Targets.Subset(indices) });
    }

    /// <summary>The same images, each changed at random in every epoch; replaces earlier augmentations. For training only.</summary>
    /// <param name="augmentations">Applied in this order; none turns augmentation off.</param>
    public ImageDataset WithAugmentation(params IAugmentation[] augmentations)
    {
        ArgumentNullException.ThrowIfNull(augmentations);
        return new(_content with { Augmentations = [.. augmentations] });
    }

    /// <summary>The same images with other targets.</summary>
    /// <exception cref="ArgumentException">The targets are not as many as the images, or of a kind that images cannot have.</exception>
    public ImageDataset WithTargets(Targets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return new(_content with { Targets = Fitting(targets, Count) });
    }

    /// <summary>The same images with another limit of <see cref="CacheBytes"/>; 0 keeps none.</summary>
    public ImageDataset WithCache(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new(_content with { CacheBytes = bytes });
    }

    /// <inheritdoc/>
    public IBatchSource Prepare(InputSpec? input) => input is ImageSpec spec
        ? new ImageBatchSource(_content.Examples, Targets, _content.Augmentations, spec, CacheBytes)
        : throw new ArgumentException(
            "A data set of images serves backbones whose input is an ImageSpec, but this one's is "
            + $"{input?.GetType().Name ?? "not described"}. Take a backbone for images, or set its BackboneInfo.Input.",
            nameof(input));

    /// <summary>
    /// A sentence that names images which the other set has too: with the same pixels, or nearly the same picture (compressed again, resized).
    /// Each image is decoded once. Null where there is none.
    /// </summary>
    /// <param name="other">The set that is measured by.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public string? Overlap(IDataset other, CancellationToken cancellationToken = default) => other is ImageDataset images
        ? ImageOverlap.Sentence(_content.Examples, images._content.Examples, cancellationToken)
        : null;

    /// <summary>
    /// A picture of some images as the network sees them: augmented, of its size, normalised and brought back to bytes. One look tells
    /// whether augmentation and preprocessing are right.
    /// </summary>
    /// <param name="input">How the backbone wants its images: an <see cref="ImageSpec"/>.</param>
    /// <param name="count">How many, taken evenly over the set; at most all. Default 32.</param>
    /// <param name="columns">How many in a row. Default 8.</param>
    /// <param name="epoch">Whose random numbers the augmentations get. Default: those of seed 0 in the first epoch.</param>
    /// <exception cref="ArgumentException">The input is none of images.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be decoded.</exception>
    public RgbImage Preview(InputSpec? input, int count = 32, int columns = 8, EpochSeed epoch = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        var source = Prepare(input);
        count = Math.Min(count, Count);
        using var batch = source.Load([.. Enumerable.Range(0, count).Select(i => (int)((long)i * Count / count))], epoch);
        return PreviewGrid.Of(batch.Input.Values, (ImageSpec)input!, columns);
    }

    internal ImageDataset WithSkipped(IReadOnlyList<SkippedItem> skipped) => new(_content with { Skipped = skipped });

    private static ImageDataset OfClasses<T>(
        IEnumerable<(T Source, string Class)> examples, IReadOnlyList<string>? classNames, Func<T, int, ImageExample> example, Func<T, int, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(examples);
        (T Source, string Class)[] all = [.. examples];
        var targets = Targets.Classes(all.Select(one => one.Class), classNames, position => $"'{nameOf(all[position].Source, position)}'");
        return Of(all.Select(one => one.Source), targets, example);
    }

    private static ImageDataset Of<T>(IEnumerable<T> sources, Targets? targets, Func<T, int, ImageExample> example)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ImageExample[] examples = [.. sources.Select(example)];
        if (examples.Length == 0) throw new ArgumentException("A data set needs at least one image.", nameof(sources));
        return new(new Content(examples, targets is null ? new InputTargets() : Fitting(targets, examples.Length)));
    }

    private static Targets Fitting(Targets targets, int images) => targets switch
    {
        UnlistedTargets =>
            throw new ArgumentException(
                "The targets of images are listed, or they are the images themselves (InputTargets).", nameof(targets)),
        { Count: { } count } when count != images =>
            throw new ArgumentException($"There are {images} images and {count} targets; give one for each image.", nameof(targets)),
        _ => targets,
    };

    /// <summary>What a data set holds, to be copied with another part.</summary>
    private sealed record Content(ImageExample[] Examples, Targets Targets)
    {
        public IAugmentation[] Augmentations { get; init; } = [];

        public long CacheBytes { get; init; } = 512L << 20;

        public IReadOnlyList<SkippedItem> Skipped { get; init; } = [];
    }
}
