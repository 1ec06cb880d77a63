using System.Xml.Linq;
using TransferLearning.TestKit;

namespace TransferLearning.Architecture.Tests;

/// <summary>A project under src/: one package of the library.</summary>
internal sealed record SourceProject(string File)
{
    public static IReadOnlyList<SourceProject> All { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(TestFiles.Repository, "src")).SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj"))
            .Order(StringComparer.Ordinal).Select(file => new SourceProject(file))];

    /// <summary>What a layer may reference.</summary>
    public static IReadOnlyList<string> Shared { get; } = [
        "TransferLearning.Core", "TransferLearning.Networks", "TransferLearning.Tokenizers"];

    public static SourceProject Core => Named("TransferLearning.Core");

    public static SourceProject Named(string name) => All.Single(project => project.Name == name);

    public string Name => Path.GetFileNameWithoutExtension(File);
    public string Folder => Path.GetDirectoryName(File)!;
    public bool IsKeras => Name == "TransferLearning.Weights.Keras";
    public bool IsData => Name.StartsWith("TransferLearning.Weights.", StringComparison.Ordinal) && !IsKeras;
    public bool IsTemplates => Name == "TransferLearning.Templates";
    public bool IsTool => Name == "TransferLearning.Tool";
    public bool IsReporting => Name == "TransferLearning.Reporting";
    public bool IsLayer => !IsData && !IsKeras && !IsExtension && !IsTemplates && !IsTool && !IsReporting && !Shared.Contains(Name);
    public bool IsExtension => Name.StartsWith("TransferLearning.Extensions.", StringComparison.Ordinal);

    public IReadOnlyList<string> Packages => Includes("PackageReference");
    public IReadOnlyList<string> Projects => [.. Includes("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))];

    private List<string> Includes(string item) =>
        [.. XDocument.Load(File).Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>()];
}
