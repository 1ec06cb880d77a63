namespace TransferLearning.Vision;

/// <summary>Reads a folder of images with one sub-folder for each class, as torchvision's ImageFolder does.</summary>
public static class ImageFolder
{
    /// <summary>
    /// The files that are taken for images: .jpg, .jpeg, .jpe, .jfif, .jif, .png, .webp, .gif and .bmp, and those of another name whose
    /// content is such an image.
    /// </summary>
    public static FileKind Images { get; } = new("image", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".png", ".webp", ".gif", ".bmp")
    {
        Recognizes = ImageSignature.IsReadable, Names = ImageSignature.Unreadable,
    };

    /// <summary>
    /// Opens a folder; see <see cref="DatasetFolder"/> for what is taken and in which order. What is left out is listed in
    /// <see cref="ImageDataset.Skipped"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="DatasetFolderOptions.Verify"/> decodes with the default options: turn it off where the backbone's
    /// <see cref="ImageSpec.Decoding"/> takes damaged or larger images.
    /// </remarks>
    /// <param name="folder">The folder that holds the class folders.</param>
    /// <param name="options">Null for the defaults: everything that cannot be used is refused.</param>
    /// <param name="cancellationToken">Ends the reading between two files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read; the message names it.</exception>
    /// <exception cref="ArgumentException">
    /// The folder has no class folder, or a single class; it is split into training and validation; a name is not UTF-8; or it holds what
    /// the options refuse: a class without images, an unknown class, images beside the class folders.
    /// </exception>
    /// <exception cref="ImageFormatException">Files are broken, and the options refuse them.</exception>
    public static ImageDataset Open(string folder, DatasetFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var found = DatasetFolder.Open(folder, Images, options);
        if (options.Verify) found = found.Without(Broken(found.Files, options.BrokenFiles, cancellationToken));
        return ImageDataset.FromFiles(found.Files, found.ClassNames).WithSkipped(found.Skipped);
    }

    /// <summary>Opens a folder on a thread of its own.</summary>
    /// <inheritdoc cref="Open"/>
    public static Task<ImageDataset> OpenAsync(
        string folder, DatasetFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Open(folder, options, cancellationToken), cancellationToken);

    private static List<SkippedItem> Broken(
        IReadOnlyList<(string Path, string Class)> files, ProblemHandling handling, CancellationToken cancellation)
    {
        var failures = new Exception?[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                ImageDecoder.Decode(files[i].Path);
            }
            catch (Exception e) when (e is ImageFormatException or IOException or UnauthorizedAccessException)
            {
                failures[i] = e;
            }
        });
        if (handling == ProblemHandling.Refuse && failures.FirstOrDefault(failure => failure is not null) is { } first)
            throw new ImageFormatException(
                $"{first.Message} (Broken files in the folder: {failures.Count(failure => failure is not null)}; "
                + "DatasetFolderOptions.BrokenFiles set to Skip leaves them out.)", first);
        return [.. failures.Index().Where(failure => failure.Item is not null)
            .Select(failure => new SkippedItem(files[failure.Index].Path, failure.Item!.Message) { Kind = "broken images" })];
    }
}
