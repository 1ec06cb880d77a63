using System.Text.RegularExpressions;
using TransferLearning.TestKit;

namespace TransferLearning.Architecture.Tests;

/// <summary>The folders of a package use each other in one direction, and files stay small enough to be read at one sight.</summary>
public partial class RoomTests
{
    private const int LongestFile = 300, LongestNetwork = 600, Median = 60, Ninetieth = 150;

    public static TheoryData<string> Packages => [.. SourceProject.All.Where(project => !project.IsData).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Folders_use_each_other_in_one_direction(string package)
    {
        var files = Files(package).Select(path => (Room: Room(package, path), Code: Comment().Replace(File.ReadAllText(path), "")))
            .ToList();
        var rooms = files.SelectMany(file => Declaration().Matches(file.Code).Select(match => (Type: match.Groups[1].Value, file.Room)))
            .DistinctBy(type => type.Type).ToDictionary(type => type.Type, type => type.Room);
        var uses = files.SelectMany(file => Word().Matches(file.Code).Select(match => match.Value).Distinct()
                .Where(word => rooms.TryGetValue(word, out var room) && room != file.Room)
                .Select(word => (From: file.Room, To: rooms[word], Type: word)))
            .ToLookup(use => (use.From, use.To), use => use.Type);

        foreach (var ways in uses)
            uses[(ways.Key.To, ways.Key.From)].Should().BeEmpty(
                $"{ways.Key.From} uses {ways.Key.To} ({string.Join(", ", ways.Distinct().Take(5))})");
    }

    [Fact]
    public void Files_are_short()
    {
        var lengths = SourceProject.All.Where(project => !project.IsData).SelectMany(project => Files(project.Name))
            .Select(
                path => (Path: path, Lines: File.ReadLines(path).Count(), IsNetwork: path.Contains($"{Path.DirectorySeparatorChar}Backbones{Path.DirectorySeparatorChar}", StringComparison.Ordinal))).ToList();

        lengths.Where(file => file.Lines > (file.IsNetwork ? LongestNetwork : LongestFile)).Should().BeEmpty();
        int[] others = [.. lengths.Where(file => !file.IsNetwork).Select(file => file.Lines).Order()];
        others[others.Length / 2].Should().BeLessThanOrEqualTo(Median, "half of the files are that short");
        others[others.Length * 9 / 10].Should().BeLessThanOrEqualTo(Ninetieth, "nine of ten are that short");
    }

    private static IEnumerable<string> Files(string package) =>
        Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "src", package), "*.cs", SearchOption.AllDirectories);

    /// <summary>The folder of a package that a file lies in.</summary>
    private static string Room(string package, string path) =>
        Path.GetRelativePath(
            Path.Combine(TestFiles.Repository, "src", package), path).Split(Path.DirectorySeparatorChar) is [var folder, _, ..]
            ? folder
            : "";

    [GeneratedRegex(@"^(?:public|internal)[\w ]*?(?:class|record|interface|enum|struct)\s+(?:struct\s+)?(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();
}
