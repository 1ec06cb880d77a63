namespace TransferLearning;

/// <summary>How a folder with one sub-folder for each class is read; see <see cref="DatasetFolder"/>.</summary>
public sealed record DatasetFolderOptions
{
    /// <summary>
    /// All classes in order, to open a validation folder with the classes of the training set. A sub-folder of another name is refused.
    /// Default null: the names of the sub-folders in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Files that cannot be read as what they are. Default: refused.</summary>
    public ProblemHandling BrokenFiles { get; init; }

    /// <summary>
    /// Classes without a file. Default: refused. Where they are skipped, a class stays in the data set's class names only if
    /// <see cref="ClassNames"/> were given.
    /// </summary>
    public ProblemHandling EmptyClasses { get; init; }

    /// <summary>Files that lie beside the class folders instead of in one. Default: refused.</summary>
    public ProblemHandling FilesOutsideClasses { get; init; }

    /// <summary>
    /// Reads every file once at opening, on all cores, so that a broken one is named before training and not in the middle of it.
    /// Default true. Where it is false, such a file is named when it is needed.
    /// </summary>
    public bool Verify { get; init; } = true;
}
