using System.IO.Enumeration;

namespace TransferLearning.Vision;

/// <summary>Reads a folder of images with one sub-folder for each class, as torchvision's ImageFolder does.</summary>
public static class ImageFolder
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>
    /// Opens a folder. The images of a class may lie in folders below its own. Hidden files and folders (their name begins with a dot)
    /// are passed over, links to folders inside a class are not followed, and files without an image's extension (.jpg, .jpeg, .png,
    /// .webp, .gif, .bmp) are listed in <see cref="ImageDataset.SkippedFiles"/>. Images are sorted by class and path, the same
    /// way on every file system.
    /// </summary>
    /// <param name="folder">The folder that holds the class folders.</param>
    /// <param name="options">Null for the defaults: everything that cannot be used is refused.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read; the message names it.</exception>
    /// <exception cref="ArgumentException">
    /// The folder has no class folder, or a single class; or one whose name is not UTF-8; or what the options refuse: a class without images, an unknown class, images beside the class folders.
    /// </exception>
    /// <exception cref="ImageFormatException">Files are broken, and the options refuse them.</exception>
    public static ImageDataset Open(string folder, ImageFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new();
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder '{folder}' (looked for '{Path.GetFullPath(folder)}').");

        var skipped = new List<SkippedFile>();
        var outside = Sorted(folder, recursive: false).Where(IsImage).ToList();
        var found = ClassFolders(folder, options.ClassNames, outside.Count);
        if (outside.Count > 0)
            Handle(options.ImagesOutsideClasses, outside, "It lies outside the class folders.", skipped, () => new ArgumentException(
                $"'{folder}' holds {Images(outside.Count)} outside its class folders, such as '{outside[0]}'. Move them into the folder of their class, or set ImageFolderOptions.ImagesOutsideClasses to Skip.", nameof(folder)));

        var examples = new List<(string Path, string Class)>();
        foreach (var name in found)
            foreach (var path in Sorted(Path.Combine(folder, name), recursive: true))
                if (IsImage(path)) examples.Add((path, name));
                else skipped.Add(new(path, "It has no extension of an image that can be read."));

        if (options.Verify) examples = Verify(examples, options, skipped);
        var classNames = UsedClasses(folder, found, examples, options, skipped);
        return examples.Count > 0
            ? ImageDataset.FromFiles(examples, classNames, options.Decoding, skipped)
            : throw new ArgumentException($"'{folder}' holds no image that can be used; {skipped.Count} entries were skipped, the first: '{skipped[0].Path}'. {skipped[0].Reason}", nameof(folder));
    }

    private static List<string> ClassFolders(string folder, IReadOnlyList<string>? expected, int imagesOutside)
    {
        List<string> found = [.. Directory.EnumerateDirectories(folder).Select(d => Path.GetFileName(d)!).Where(n => !n.StartsWith('.')).Order(StringComparer.Ordinal)];
        if (found.Count == 0)
            throw new ArgumentException(
                imagesOutside > 0
                    ? $"'{folder}' holds {Images(imagesOutside)} but no class folders. Put the images of each class into a sub-folder with the name of the class."
                    : $"'{folder}' is empty: expected one sub-folder with images for each class.", nameof(folder));
        if (found.FirstOrDefault(name => !Directory.Exists(Path.Combine(folder, name))) is { } garbled)
            throw new ArgumentException($"The name of the folder '{Path.Combine(folder, garbled)}' is not UTF-8. Rename it.", nameof(folder));
        if (expected is not null && found.Except(expected).FirstOrDefault() is { } unknown)
            throw new ArgumentException(
                $"The folder '{Path.Combine(folder, unknown)}' is of no known class; the classes are: {string.Join(", ", expected)}. Rename or remove it.", nameof(folder));
        return found;
    }

    private static List<(string Path, string Class)> Verify(
        List<(string Path, string Class)> examples, ImageFolderOptions options, List<SkippedFile> skipped)
    {
        var failures = new Exception?[examples.Count];
        Parallel.For(0, examples.Count, i =>
        {
            try
            {
                ImageDecoder.Decode(examples[i].Path, options.Decoding);
            }
            catch (Exception e) when (e is ImageFormatException or IOException or UnauthorizedAccessException)
            {
                failures[i] = e;
            }
        });

        foreach (var (index, failure) in failures.Index())
            if (failure is not null)
                Handle(options.BrokenFiles, [examples[index].Path], failure.Message, skipped, () => new ImageFormatException(
                    $"{failure.Message} (Broken files in the folder: {failures.Count(f => f is not null)}; ImageFolderOptions.BrokenFiles set to Skip leaves them out.)", failure));
        return [.. examples.Index().Where(e => failures[e.Index] is null).Select(e => e.Item)];
    }

    private static IReadOnlyList<string> UsedClasses(
        string folder, List<string> found, List<(string Path, string Class)> examples, ImageFolderOptions options, List<SkippedFile> skipped)
    {
        var used = examples.Select(e => e.Class).ToHashSet();
        foreach (var empty in (options.ClassNames ?? found).Where(name => !used.Contains(name)))
            Handle(options.EmptyClasses, [Path.Combine(folder, empty)], "The class has no image.", skipped, () => new ArgumentException(
                $"The class '{empty}' has no image in '{Path.Combine(folder, empty)}'. Add some, remove the class, or set ImageFolderOptions.EmptyClasses to Skip.", nameof(folder)));

        var classNames = options.ClassNames ?? [.. found.Where(used.Contains)];
        return classNames.Count != 1
            ? classNames
            : throw new ArgumentException($"'{folder}' has images of one class only, '{classNames[0]}'. A classifier needs at least two.", nameof(folder));
    }

    private static void Handle(ProblemHandling handling, List<string> paths, string reason, List<SkippedFile> skipped, Func<Exception> refusal)
    {
        if (handling == ProblemHandling.Refuse) throw refusal();
        skipped.AddRange(paths.Select(path => new SkippedFile(path, reason)));
    }

    private static IEnumerable<string> Sorted(string folder, bool recursive)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false };
        return new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !entry.FileName.StartsWith('.'),
            // A link to a folder above would go round in circles.
            ShouldRecursePredicate = (ref entry) => !entry.FileName.StartsWith('.') && entry.ToFileSystemInfo().LinkTarget is null,
        }.OrderBy(path => path.Replace('\\', '/'), StringComparer.Ordinal);
    }

    private static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string Images(int count) => count == 1 ? "one image" : $"{count} images";
}
