namespace TransferLearning.Extensions.Hosting;

/// <summary>The file of a model, which may be written at any time.</summary>
internal sealed class ModelFile(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public FileStamp? Stamp => FileStamp.Of(Path);

    /// <summary>
    /// Opens a copy of the file: a loaded model uses its file's pages, so that a program which writes into the file itself would change
    /// its answers
    /// or end the process. The copy is deleted at once; the pages stay as long as they are used.
    /// </summary>
    /// <exception cref="InvalidOperationException">The file cannot be opened; the message says why.</exception>
    public T Open<T>(Func<string, T> open)
    {
        var folder = Directory.CreateTempSubdirectory("transferlearning-").FullName;
        var copy = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(Path));
        try
        {
            File.Copy(Path, copy);
            return open(copy);
        }
        catch (Exception error)
        {
            var reason = error.Message.Replace(copy, Path, StringComparison.Ordinal);
            throw new InvalidOperationException($"The model '{Path}' cannot be loaded: {reason}", error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
