namespace TransferLearning.Vision;

/// <summary>What happens with something in a folder that cannot be used.</summary>
public enum ProblemHandling
{
    /// <summary>An exception names it.</summary>
    Refuse,

    /// <summary>It is left out and listed in <see cref="ImageDataset.SkippedFiles"/>.</summary>
    Skip,
}

/// <summary>How <see cref="ImageFolder.Open"/> reads a folder.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>
    /// All classes in order, to open a validation folder with the classes of the training set. A sub-folder of another name is refused.
    /// Default null: the names of the sub-folders in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Files that are no readable image. Default: refused.</summary>
    public ProblemHandling BrokenFiles { get; init; }

    /// <summary>
    /// Classes without an image. Default: refused. Where they are skipped, a class stays in the data set's class names only if
    /// <see cref="ClassNames"/> were given.
    /// </summary>
    public ProblemHandling EmptyClasses { get; init; }

    /// <summary>Images that lie beside the class folders instead of in one. Default: refused.</summary>
    public ProblemHandling ImagesOutsideClasses { get; init; }

    /// <summary>
    /// Decodes every file once at opening, on all cores, so that a broken one is named before training and not in the middle of it.
    /// Default true. Where it is false, <see cref="BrokenFiles"/> has no effect.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>How files are decoded; null for the defaults.</summary>
    public ImageDecodeOptions? Decoding { get; init; }
}
