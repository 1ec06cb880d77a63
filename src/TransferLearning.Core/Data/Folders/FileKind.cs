namespace TransferLearning;

/// <summary>The kind of files that a data set is made of.</summary>
/// <param name="Name">One of them in messages, such as <c>"image"</c>.</param>
/// <param name="Extensions">Their extensions with the dot, in any case: <c>".jpg"</c>.</param>
public sealed record FileKind(string Name, params IReadOnlyList<string> Extensions)
{
    private const int Start = 64;

    /// <summary>
    /// Tells by its first 64 bytes that a file is of this kind whatever its name: files without a usual extension are looked into. Default
    /// null:
    /// the extension alone decides.
    /// </summary>
    public Func<ReadOnlySpan<byte>, bool>? Recognizes { get; init; }

    /// <summary>
    /// What a file that is not of this kind is instead, such as <c>"HEIC"</c>, by its first 64 bytes; null where that is not known. Default
    /// null.
    /// </summary>
    public Func<ReadOnlySpan<byte>, string?>? Names { get; init; }

    /// <summary>Whether a file is of this kind, by its extension or else by its content.</summary>
    public bool Includes(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return HasExtension(path) || Recognizes is not null && Recognizes(Beginning(path));
    }

    internal bool HasExtension(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    internal string Count(int count) => count == 1 ? $"one {Name}" : $"{count} {Name}s";

    internal string List => string.Join(", ", Extensions);

    /// <summary>A file that is not of this kind.</summary>
    internal SkippedItem Other(string path)
    {
        var (extension, name) = (Path.GetExtension(path), Names?.Invoke(Beginning(path)));
        return new(path, name is null ? $"It has no extension of {Name}s that can be read ({List})."
            : $"It is a {name} file, which cannot be read: convert it ({List}).")
        {
            Kind = name is not null ? $"{name} files" : extension.Length > 1 ? $"{extension.ToLowerInvariant()} files"
                : "files without extension",
        };
    }

    private static byte[] Beginning(string path)
    {
        try
        {
            // A pipe has no length; opening it would wait for a writer.
            if (new FileInfo(path).Length == 0) return [];
            using var file = File.OpenRead(path);
            var start = new byte[Start];
            return start[..file.ReadAtLeast(start, Start, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
