namespace TransferLearning.Tool.Terminal;

/// <summary>A file that the run is going to write, looked at before the work begins.</summary>
internal sealed class Output : IDisposable
{
    private readonly FileStream _lock;

    private Output(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    /// <summary>Takes a file for this run until it is disposed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <exception cref="IOException">It cannot be written, is there already, or is another run's.</exception>
    public static Output Claim(string path, string option, bool replace)
    {
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder: give {option} a file to write.");
        if (!replace && File.Exists(path))
            throw new IOException($"'{path}' is there already: give {option} another name, or --force to replace it.");
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            return new(
                path, new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var cause = error.Message.Replace(
                $"{path}.lock", path, StringComparison.Ordinal).Replace(".lock'", "'", StringComparison.Ordinal);
            throw new IOException(
                $"'{path}' cannot be written, or another run is to write it, so give {option} another place: {cause}", error);
        }
    }

    public void Dispose() => _lock.Dispose();
}
