namespace TransferLearning;

/// <summary>
/// A folder with one sub-folder of files for each class, as torchvision's DatasetFolder. The files of a class may lie in folders below its
/// own. Hidden files and folders (their name begins with a dot) are passed over; what computers leave in folders (<c>@eaDir</c>,
/// <c>__MACOSX</c>, <c>Thumbs.db</c>), links to folders inside a class, and files of another kind are listed in <see cref="Skipped"/>.
/// Files are sorted by class and path, the same way on every file system. Immutable.
/// </summary>
public sealed class DatasetFolder
{
    private readonly FileKind _kind;
    private readonly DatasetFolderOptions _options;
    private readonly IReadOnlyList<string> _found;

    private DatasetFolder(
        string path, FileKind kind, DatasetFolderOptions options, IReadOnlyList<string> found, IReadOnlyList<(string Path, string Class)> files, List<SkippedItem> skipped)
    {
        (Path, _kind, _options, _found, Files, Skipped) = (path, kind, options, found, files, skipped);
        ClassNames = UsedClasses(skipped);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Path and class of each file.</summary>
    public IReadOnlyList<(string Path, string Class)> Files { get; }

    /// <summary>The classes in the order of their indices; at least two.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What was found but left out, with the reasons.</summary>
    public IReadOnlyList<SkippedItem> Skipped { get; }

    /// <summary>Opens a folder; its files are not read.</summary>
    /// <param name="folder">The folder that holds the class folders.</param>
    /// <param name="kind">Which files count.</param>
    /// <param name="options">Null for the defaults: everything that cannot be used is refused.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read; the message names it.</exception>
    /// <exception cref="ArgumentException">
    /// The folder has no class folder or a single class; it is split (see <see cref="FolderSplits"/>); a name is not UTF-8; or it holds
    /// what the options refuse: a class without files, an unknown class, files beside the class folders.
    /// </exception>
    public static DatasetFolder Open(string folder, FileKind kind, DatasetFolderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kind);
        options ??= new();
        var root = List(folder);
        string[] outside = [.. root.Files.Where(kind.Includes)];
        CheckClasses(root, kind, options, outside);
        List<SkippedItem> skipped = [.. root.Skipped];
        if (outside.Length > 0)
            Handle(options.FilesOutsideClasses, outside, "It lies outside the class folders.",
                $"{kind.Name}s outside the class folders", skipped,
                $"'{folder}' holds {kind.Count(outside.Length)} outside its class folders, such as '{outside[0]}'. "
                + "Move them into the folder of their class, or set DatasetFolderOptions.FilesOutsideClasses to Skip.");

        List<(string Path, string Class)> files = [];
        foreach (var name in root.SubFolders)
        {
            var inside = FolderListing.OfAllBelow(System.IO.Path.Combine(folder, name));
            skipped.AddRange(inside.Skipped);
            foreach (var path in inside.Files)
                if (!kind.Includes(path)) skipped.Add(kind.Other(path));
                else if (FolderListing.IsGarbled(path)) Handle(options.BrokenFiles, [path], "Its name is not UTF-8.",
                    $"{kind.Name}s whose names are not UTF-8", skipped, $"The name of the file '{path}' is not UTF-8. Rename it.");
                else files.Add((path, name));
        }
        return new DatasetFolder(folder, kind, options, root.SubFolders, files, skipped);
    }

    /// <summary>The same folder without files that turned out to be of no use.</summary>
    /// <param name="broken">The files and the reasons.</param>
    /// <exception cref="ArgumentException">A class is left without files, and the options refuse it; or there is a single class
    /// left.</exception>
    public DatasetFolder Without(IReadOnlyCollection<SkippedItem> broken)
    {
        NoNulls.Checked([.. broken ?? throw new ArgumentNullException(nameof(broken))], nameof(broken));
        var places = broken.Select(item => item.Place).ToHashSet();
        return new DatasetFolder(
            Path, _kind, _options, _found, [.. Files.Where(file => !places.Contains(file.Path))], [.. Skipped, .. broken]);
    }

    /// <summary>What lies in the folder itself.</summary>
    internal static FolderListing List(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return Directory.Exists(folder) ? FolderListing.Of(folder)
            : throw new DirectoryNotFoundException($"There is no folder '{folder}' (looked for '{System.IO.Path.GetFullPath(folder)}').");
    }

    private static void CheckClasses(FolderListing root, FileKind kind, DatasetFolderOptions options, string[] outside)
    {
        var (folder, found) = (root.Folder, root.SubFolders);
        if (found.Count == 0)
            throw new ArgumentException(
                outside.Length > 0
                    ? $"'{folder}' holds {kind.Count(outside.Length)} but no class folders. Put the {kind.Name}s of each class into a "
                    + "sub-folder with the name of the class."
                    : $"'{folder}' is empty: expected one sub-folder with {kind.Name}s for each class.");
        if (found.FirstOrDefault(name => FolderListing.IsGarbled(System.IO.Path.Combine(folder, name))) is { } garbled)
            throw new ArgumentException($"The name of the folder '{System.IO.Path.Combine(folder, garbled)}' is not UTF-8. Rename it.");
        if (options.ClassNames is null && FolderSplits.Among(found))
            throw new ArgumentException(
                $"'{folder}' is split into '{string.Join("', '", found)}', which are no classes: open the folder to learn from, and "
                + "the others with "
                + "its class names (ClassNames of the options).");
        if (options.ClassNames is { } known && found.Except(known).FirstOrDefault() is { } unknown)
            throw new ArgumentException(
                $"The folder '{System.IO.Path.Combine(folder, unknown)}' is of no known class; the classes are: "
                + $"{string.Join(", ", known)}.{SimilarNames.Hint(unknown, known)} Rename or remove it.");
    }

    private IReadOnlyList<string> UsedClasses(List<SkippedItem> skipped)
    {
        var used = Files.Select(file => file.Class).ToHashSet();
        // A class that was asked for stays, with nothing in it.
        if (_options is not { ClassNames: not null, EmptyClasses: ProblemHandling.Skip })
            foreach (var empty in (_options.ClassNames ?? _found).Where(name => !used.Contains(name) && !skipped.Contains(NoFile(name))))
                Handle(_options.EmptyClasses, [NoFile(empty).Place], NoFile(empty).Reason, NoFile(empty).Kind, skipped,
                    $"The class '{empty}' has no {_kind.Name} in '{NoFile(empty).Place}'{Instead(empty)}. Add some, remove the class, "
                    + "or set DatasetFolderOptions.EmptyClasses to Skip.");
        if (Files.Count == 0)
            throw new ArgumentException(
                $"'{Path}' holds no {_kind.Name} that can be used; {skipped.Count} entries were skipped, the first: "
                + $"'{skipped[0].Place}'. {skipped[0].Reason}");
        var names = _options.ClassNames ?? [.. _found.Where(used.Contains)];
        return names.Count > 1 ? names
            : throw new ArgumentException($"'{Path}' has {_kind.Name}s of one class only, '{names[0]}'. A classifier needs at least two."
            + (FolderListing.Of(System.IO.Path.Combine(Path, names[0])).SubFolders.Count > 1
                ? $" If the classes are the folders in it, open '{System.IO.Path.Combine(Path, names[0])}'." : ""));
    }

    private SkippedItem NoFile(string name) =>
        new(System.IO.Path.Combine(Path, name), $"The class has no {_kind.Name}.") { Kind = $"classes without {_kind.Name}s" };

    /// <summary>What an empty class holds, for the message.</summary>
    private string Instead(string name)
    {
        var below = System.IO.Path.Combine(Path, name) + System.IO.Path.DirectorySeparatorChar;
        SkippedItem[] inside = [.. Skipped.Where(item => item.Place.StartsWith(below, StringComparison.Ordinal))];
        return inside.Length == 0 ? ""
            : $", but '{inside[0].Place[below.Length..]}'{(inside.Length == 1 ? "" : $" and {inside.Length - 1} more")}: {char.ToLowerInvariant(inside[0].Reason[0])}{inside[0].Reason[1..^1]}";
    }

    private static void Handle(ProblemHandling handling, string[] paths, string reason, string kinds,
        List<SkippedItem> skipped, string refusal)
    {
        if (handling == ProblemHandling.Refuse) throw new ArgumentException(refusal);
        skipped.AddRange(paths.Select(path => new SkippedItem(path, reason) { Kind = kinds }));
    }
}
