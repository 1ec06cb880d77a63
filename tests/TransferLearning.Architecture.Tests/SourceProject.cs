using System.Xml.Linq;
using TransferLearning.TestKit;

namespace TransferLearning.Architecture.Tests;

/// <summary>A project under src/: one package of the library.</summary>
internal sealed record SourceProject(string File)
{
    public static IReadOnlyList<SourceProject> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "src"), "*.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => new SourceProject(file))];

    public static SourceProject Core => All.Single(project => project.Name == "TransferLearning.Core");
    public static SourceProject Networks => All.Single(project => project.Name == "TransferLearning.Networks");

    public string Name => Path.GetFileNameWithoutExtension(File);
    public string Folder => Path.GetDirectoryName(File)!;
    public bool IsData => Name.StartsWith("TransferLearning.Weights.", StringComparison.Ordinal);
    public bool IsExtension => Name.StartsWith("TransferLearning.Extensions.", StringComparison.Ordinal);

    public IReadOnlyList<string> Packages => Includes("PackageReference");
    public IReadOnlyList<string> Projects => [.. Includes("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))];

    private List<string> Includes(string item) =>
        [.. XDocument.Load(File).Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>()];
}
