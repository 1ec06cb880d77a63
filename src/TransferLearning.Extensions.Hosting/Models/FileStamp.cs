namespace TransferLearning.Extensions.Hosting;

/// <summary>What tells one content of a file from the next.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>The stamp of a file, of a link that of what it leads to; null where there is none, or it cannot be opened.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            // Opened, since the times of a link are its own.
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
