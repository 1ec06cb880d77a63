namespace TransferLearning;

/// <summary>
/// The cache folder of Hugging Face's tools: <c>models--OWNER--NAME/refs/REVISION</c> holds a commit,
/// <c>snapshots/COMMIT/FILE</c> is the file or a link to it.
/// </summary>
internal sealed class HubCache(string folder)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    public string Folder(HubFile file) => Path.Combine(folder, RepositoryName(file));

    /// <summary>Path of the file; null where it is not in the cache.</summary>
    public string? Find(HubFile file)
    {
        var reference = Path.Combine(Folder(file), "refs", file.Revision);
        var commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : file.Revision;
        // What stands in the reference becomes part of a path.
        if (commit.AsSpan().ContainsAny('/', '\\', ':') || commit is "" or "." or "..") return null;
        var path = Path.Combine(Folder(file), "snapshots", commit, file.Path);
        // A link whose blob was deleted exists, too.
        return File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false } ? path : null;
    }

    /// <summary>Where a download of the file collects its bytes.</summary>
    public string Partial(HubFile file) => Path.Combine(Folder(file), "blobs", $"{file.Key}.incomplete");

    /// <summary>Moves a complete download to its place and returns that.</summary>
    public string Add(HubFile file, string commit, string complete)
    {
        var path = Path.Combine(Folder(file), "snapshots", commit, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(complete, path, overwrite: true);
        if (commit != file.Revision)
            AtomicFile.Write(
                Path.Combine(Folder(file), "refs", file.Revision), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(commit)));
        return path;
    }

    /// <summary>Waits until no other process downloads the file. The lock ends with the process, however that ends.</summary>
    public async Task<IDisposable> LockAsync(HubFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ".locks", RepositoryName(file), $"{file.Key}.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockPoll, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string RepositoryName(HubFile file) => "models--" + file.Repository.Replace("/", "--", StringComparison.Ordinal);
}
