// What each package must carry: packages.cs FOLDER ADDRESS, where ADDRESS is that of the repository.
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

var (folder, address) = (args[0], args[1]);
Dictionary<string, string[]> dependencies = new()
{
    ["TransferLearning.Core"] = ["Microsoft.Extensions.Logging.Abstractions", "TorchSharp"],
    ["TransferLearning.Tokenizers"] = ["Google.Protobuf"],
    ["TransferLearning.Networks"] = ["TransferLearning.Core"],
    ["TransferLearning.Vision"] = [
        "CsvHelper", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "TransferLearning.Core", "TransferLearning.Networks"],
    ["TransferLearning.Text"] = ["CsvHelper", "TransferLearning.Core", "TransferLearning.Networks", "TransferLearning.Tokenizers"],
    ["TransferLearning.Weights.Keras"] = ["TransferLearning.Vision"],
    ["TransferLearning.Reporting"] = [
        "ScottPlot", "SkiaSharp", "SkiaSharp.HarfBuzz", "SkiaSharp.NativeAssets.Linux.NoDependencies", "TransferLearning.Core"],
    ["TransferLearning.Extensions.AI"] = ["Microsoft.Extensions.AI.Abstractions", "TransferLearning.Text", "TransferLearning.Vision"],
};
List<string> faults = [];
var files = Directory.GetFiles(folder, "*.nupkg").Order(StringComparer.Ordinal).ToList();
foreach (var file in files)
{
    using var package = ZipFile.OpenRead(file);
    var entries = package.Entries.ToDictionary(entry => entry.FullName);
    var metadata = XDocument.Parse(
        Text(entries.Single(entry => entry.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value)).Root!.Elements().Single();
    var id = Value("id");
    foreach (var name in (string[])["version", "authors", "description", "tags", "license", "releaseNotes", "readme", "icon", "projectUrl"])
        Must(Value(name).Length > 0, $"has no {name}");
    Must(Value("releaseNotes").StartsWith("## [", StringComparison.Ordinal), "has release notes that are no section of the changelog");
    Must(Value("projectUrl") == address && Attribute("repository", "url") == address, "does not say where the repository is");
    Must(Attribute("repository", "commit").Length == 40, "does not say which commit it was made of");
    Must(entries.TryGetValue(Value("icon"), out var icon) && icon.Length > 500, "has no icon");
    Must(entries.Keys.Any(name => Path.GetFileName(name).StartsWith("LICENSE", StringComparison.Ordinal)), "has no licence");
    var readme = entries.TryGetValue(Value("readme"), out var page) ? Text(page) : "";
    Must(readme.StartsWith($"# {id}\n", StringComparison.Ordinal), "has another's README");
    Must(!readme.Contains("](../") && readme.Contains($"]({address}/blob/"), "has a README without links to the pages");

    var used = metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
        .Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal);
    if (dependencies.TryGetValue(id, out var known)) Must(used.SequenceEqual(known), $"depends on {string.Join(", ", used)}");
    if (!entries.TryGetValue($"lib/net10.0/{id}.dll", out var assembly)) continue;
    Must(entries.ContainsKey($"lib/net10.0/{id}.xml"), "has no documentation of its API");
    Must(File.Exists(Path.ChangeExtension(file, ".snupkg")), "has no symbols");
    Must(Encoding.Latin1.GetString(Bytes(assembly)).Contains("IsTrimmable"), "does not say that it can be trimmed");

    XElement? Element(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);
    string Value(string name) => Element(name)?.Value ?? "";
    string Attribute(string name, string attribute) => Element(name)?.Attribute(attribute)?.Value ?? "";
    void Must(bool holds, string fault)
    {
        if (!holds) faults.Add($"{id} {fault}");
    }
}
foreach (var fault in faults) Console.WriteLine(fault);
Console.WriteLine($"{files.Count} packages");
return faults.Count == 0
    && dependencies.Keys.All(id => files.Any(file => Path.GetFileName(file).StartsWith($"{id}.0", StringComparison.Ordinal)))
    ? 0
    : 1;

static byte[] Bytes(ZipArchiveEntry entry)
{
    using var stream = entry.Open();
    using var copy = new MemoryStream();
    stream.CopyTo(copy);
    return copy.ToArray();
}

static string Text(ZipArchiveEntry entry) => Encoding.UTF8.GetString(Bytes(entry)).TrimStart('\uFEFF');
