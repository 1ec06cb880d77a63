namespace TransferLearning;

/// <summary>The kind of files that a data set is made of.</summary>
/// <param name="Name">One of them in messages, such as <c>"image"</c>.</param>
/// <param name="Extensions">Their extensions with the dot, in any case: <c>".jpg"</c>.</param>
public sealed record FileKind(string Name, params IReadOnlyList<string> Extensions)
{
    /// <summary>Whether a file is of this kind by its extension.</summary>
    public bool Includes(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    internal string Count(int count) => count == 1 ? $"one {Name}" : $"{count} {Name}s";

    internal string List => string.Join(", ", Extensions);
}
