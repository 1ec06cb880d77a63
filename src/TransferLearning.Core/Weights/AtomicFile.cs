using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Writes a file that appears whole or not at all.</summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file in the same folder, flushes it to the disk and renames it. If anything fails,
    /// the temporary file is removed and a file that was there before is unchanged.
    /// What processes that were killed while they wrote this file left behind is removed.
    /// </summary>
    /// <param name="path">File to write; its folder is made where it is absent.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written; one of that name is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        RemoveLeftovers(folder, name => name == Path.GetFileName(full));
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            // It may be renamed meanwhile, as below, and not be opened: by that others know that its process lives.
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 1 << 16);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes the temporary files, of the files with these names, whose processes are gone.</summary>
    internal static void RemoveLeftovers(string folder, Func<string, bool> isOf)
    {
        foreach (
            var temporary in Directory.EnumerateFiles(folder, "*.tmp", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            if (Temporary().Match(Path.GetFileName(temporary)) is { Success: true } name && isOf(name.Groups[1].Value))
                RemoveIfAbandoned(temporary);
    }

    private static void RemoveIfAbandoned(string temporary)
    {
        // An empty one may be between its creation and its lock.
        if (new FileInfo(temporary) is not { Exists: true, Length: > 0 }) return;
        try
        {
            new FileStream(temporary, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A living process writes it, or it is not ours to remove.
        }
    }

    [GeneratedRegex(@"^(.+)\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex Temporary();
}
