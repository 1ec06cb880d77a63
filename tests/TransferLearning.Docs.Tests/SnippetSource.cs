using TransferLearning.TestKit;

namespace TransferLearning.Docs.Tests;

/// <summary>Finds code that the pages show in files that are compiled.</summary>
internal static class SnippetSource
{
    private const string Begin = "// snippet: ", End = "// end-snippet";

    /// <summary>
    /// The snippets of this project by name: what stands between <c>// snippet: name</c> and <c>// end-snippet</c>. Parts of one name
    /// follow each other after an empty line, so that a snippet can have its using directives.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All { get; } = Read();

    /// <summary>The lines without the indentation that all of them share.</summary>
    public static IReadOnlyList<string> Unindented(IReadOnlyList<string> lines)
    {
        var shared = lines.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return [.. lines.Select(line => line.Length > 0 ? line[shared..] : line)];
    }

    /// <summary>Whether a file of the repository holds these lines one after the other, at any indentation.</summary>
    public static bool FileHolds(string path, IReadOnlyList<string> lines)
    {
        var file = File.ReadAllLines(Path.Combine(TestFiles.Repository, path));
        return Enumerable.Range(0, Math.Max(0, file.Length - lines.Count + 1))
            .Any(start => Unindented(file[start..(start + lines.Count)]).SequenceEqual(lines));
    }

    private static Dictionary<string, IReadOnlyList<string>> Read()
    {
        Dictionary<string, IReadOnlyList<string>> snippets = [];
        var folder = Path.Combine(TestFiles.Repository, "tests", "TransferLearning.Docs.Tests", "Snippets");
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllLines(file);
            foreach (var (index, line) in lines.Index().Where(entry => entry.Item.TrimStart().StartsWith(Begin, StringComparison.Ordinal)))
            {
                var name = line.Trim()[Begin.Length..];
                var part = Unindented([.. lines.Skip(index + 1).TakeWhile(next => next.Trim() != End)]);
                snippets[name] = snippets.TryGetValue(name, out var before) ? [.. before, "", .. part] : part;
            }
        }
        return snippets;
    }
}
