using System.Text;

namespace TransferLearning.TestKit;

/// <summary>A folder of its own for a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("test-").FullName;

    /// <summary>Path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, in folders that are made where they are missing; gives its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    /// <summary>Writes a text file, UTF-8 unless another encoding is given (with its byte order mark); gives its path.</summary>
    public string Write(string name, string content, Encoding? encoding = null) =>
        Write(name, encoding is null ? Encoding.UTF8.GetBytes(content) : [.. encoding.Preamble, .. encoding.GetBytes(content)]);

    /// <summary>Deletes the folder.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
