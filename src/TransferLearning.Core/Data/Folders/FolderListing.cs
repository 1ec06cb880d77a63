namespace TransferLearning;

/// <summary>What lies in a folder, in ordinal order: the same on every file system.</summary>
internal sealed class FolderListing
{
    // Their names are of the folder or the file, and are written in any case.
    private static readonly Dictionary<string, string> Junk = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@eaDir"] = "a Synology disk station", ["#recycle"] = "a Synology disk station", ["@Recycle"] = "a QNAP disk station",
        ["__MACOSX"] = "macOS", [".DS_Store"] = "macOS", [".AppleDouble"] = "macOS", [".Trashes"] = "macOS", [".Spotlight-V100"] = "macOS",
        [".fseventsd"] = "macOS",
        ["Thumbs.db"] = "Windows", ["ehthumbs.db"] = "Windows", ["desktop.ini"] = "Windows", ["$RECYCLE.BIN"] = "Windows",
        ["System Volume Information"] = "Windows",
        ["Recycled"] = "Windows", ["RECYCLER"] = "Windows", ["lost+found"] = "Linux", ["__pycache__"] = "Python",
        [".ipynb_checkpoints"] = "Jupyter",
        ["#snapshot"] = "a Synology disk station", ["@tmp"] = "a Synology disk station",
        ["@Recently-Snapshot"] = "a QNAP disk station", [".@__thumb"] = "a QNAP disk station",
        [".TemporaryItems"] = "macOS", [".DocumentRevisions-V100"] = "macOS",
    };

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly List<string> _files = [];
    private readonly List<SkippedItem> _skipped = [];

    private FolderListing(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>The files by their paths.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Names of the sub-folders; of a listing with all below it none.</summary>
    public IReadOnlyList<string> SubFolders { get; private set; } = [];

    /// <summary>What computers leave in folders, and links to folders.</summary>
    public IReadOnlyList<SkippedItem> Skipped => _skipped;

    /// <summary>What lies in the folder itself.</summary>
    public static FolderListing Of(string folder)
    {
        var listing = new FolderListing(folder);
        listing.SubFolders = [.. listing.Read(folder).Select(sub => sub.Name).Order(StringComparer.Ordinal)];
        listing.Sort();
        return listing;
    }

    /// <summary>The files of the folder and of all below it.</summary>
    public static FolderListing OfAllBelow(string folder)
    {
        var listing = new FolderListing(folder);
        listing.Descend(folder);
        listing.Sort();
        return listing;
    }

    /// <summary>Whether a name is not UTF-8: it is read with U+FFFD, under which nothing is found.</summary>
    public static bool IsGarbled(string path) => path.Contains('\uFFFD') && !Path.Exists(path);

    private void Descend(string folder)
    {
        foreach (var sub in Read(folder))
            if (IsGarbled(Path.Combine(folder, sub.Name)))
                throw new ArgumentException($"The name of the folder '{Path.Combine(folder, sub.Name)}' is not UTF-8. Rename it.");
            // A link to a folder above would go round in circles.
            else if (sub.LinkTarget is null) Descend(Path.Combine(folder, sub.Name));
            else _skipped.Add(new(Path.Combine(folder, sub.Name),
                "It is a link to a folder; such links are not followed.") { Kind = "links to folders" });
    }

    /// <summary>Takes the files of a folder in, and gives its sub-folders. Hidden ones are passed over.</summary>
    private List<DirectoryInfo> Read(string folder)
    {
        List<DirectoryInfo> folders = [];
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything))
        {
            var path = Path.Combine(folder, entry.Name);
            if (SystemOf(entry.Name) is { } system) _skipped.Add(new(path,
                $"It is no data: {system} leaves such in folders.") { Kind = $"entries that {system} leaves" });
            else if (entry.Name.StartsWith("._", StringComparison.Ordinal)) _skipped.Add(new(path,
                "It is no data: macOS leaves such beside files.") { Kind = "entries that macOS leaves" });
            else if (entry.Name.StartsWith('.')) continue;
            else if (entry is DirectoryInfo sub) folders.Add(sub);
            else _files.Add(path);
        }
        return folders;
    }

    /// <summary>The system that leaves an entry of that name; null where it is none of such.</summary>
    private static string? SystemOf(string name) =>
        Junk.GetValueOrDefault(name) ?? (name.StartsWith(".Trash", StringComparison.OrdinalIgnoreCase) ? "Linux" : null);

    private void Sort()
    {
        _files.Sort((one, other) => string.CompareOrdinal(one.Replace('\\', '/'), other.Replace('\\', '/')));
        _skipped.Sort((one, other) => string.CompareOrdinal(one.Place, other.Place));
    }
}
