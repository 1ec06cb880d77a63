using System.Text.RegularExpressions;
using TransferLearning.TestKit;

namespace TransferLearning.Docs.Tests;

/// <summary>A block of code in a page.</summary>
/// <param name="Line">Line of the page where it begins, from 1.</param>
/// <param name="Language">Language that it declares; empty where it declares none.</param>
/// <param name="Source">What the comment above it says it is taken from, such as <c>snippet: main-path</c>; empty where there is
/// none.</param>
/// <param name="Lines">The code.</param>
internal sealed record CodeBlock(int Line, string Language, string Source, IReadOnlyList<string> Lines);

/// <summary>A page of documentation, taken apart.</summary>
internal sealed partial class Page
{
    private static readonly string[] Folders = ["docs", "samples", "src"];

    private Page(string path)
    {
        Name = path;
        var lines = File.ReadAllLines(FullPath);
        var (blocks, prose) = (new List<CodeBlock>(), new List<string>());
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                prose.Add(lines[i]);
                continue;
            }
            var code = lines.Skip(i + 1).TakeWhile(line => line != "```").ToList();
            var comment = SourceComment().Match(i > 0 ? lines[i - 1] : "");
            blocks.Add(new(i + 1, lines[i][3..], comment.Groups[1].Value, code));
            i += code.Count + 1;
        }
        (Blocks, Prose) = (blocks, string.Join('\n', prose));
    }

    /// <summary>Path in the repository, with forward slashes.</summary>
    public string Name { get; }

    public string FullPath => Path.Combine(TestFiles.Repository, Name);

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>Everything but the blocks of code.</summary>
    public string Prose { get; }

    /// <summary>Where the links lead, in the order of the page.</summary>
    public IEnumerable<string> Links => Link().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>What stands in backticks.</summary>
    public IEnumerable<string> CodeSpans => CodeSpan().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>Anchors of the headings, as a Git host makes them.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(Prose)
        .Select(match => NoLetter().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>The pages of the repository: those at its root, and those of <c>docs</c>, <c>samples</c> and <c>src</c>.</summary>
    public static IEnumerable<Page> All => Directory.EnumerateFiles(TestFiles.Repository, "*.md")
        .Concat(Folders.Select(folder => Path.Combine(TestFiles.Repository, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)))
        .Select(file => Path.GetRelativePath(TestFiles.Repository, file).Replace('\\', '/'))
        .Where(name => !name.Split('/').Any(part => part is "bin" or "obj"))
        .Order(StringComparer.Ordinal)
        .Select(name => new Page(name));

    [GeneratedRegex(@"^<!-- (\w+: .+?) -->$")]
    private static partial Regex SourceComment();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();
}
