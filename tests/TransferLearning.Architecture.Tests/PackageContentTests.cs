using System.Security.Cryptography;
using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Architecture.Tests;

/// <summary>What every package and every large file of the repository must carry with it.</summary>
public class PackageContentTests
{
    [Fact]
    public void Every_package_has_a_readme_and_a_description()
    {
        File.Exists(Path.Combine(TestFiles.Repository, "LICENSE")).Should().BeTrue();
        foreach (var project in SourceProject.All)
        {
            File.ReadAllText(Path.Combine(project.Folder, "README.md")).Should().StartWith($"# {project.Name}\n").And.Contain(
                project.IsTemplates ? "dotnet new install" : project.IsTool ? "dotnet tool install" : "dotnet add package");
            File.ReadAllText(project.File).Should().Contain("<Description>", "{0} is shown in package lists", project.Name);
        }
    }

    [Fact]
    public void Every_file_over_a_megabyte_has_its_licence_beside_it()
    {
        var large = new[] { "src", "samples", "tests", "docs" }
            .Select(folder => new DirectoryInfo(Path.Combine(TestFiles.Repository, folder)))
            .Where(folder => folder.Exists)
            .SelectMany(folder => folder.EnumerateFiles("*", SearchOption.AllDirectories))
            .Where(file => file.Length > 1 << 20);
        foreach (var file in large)
            file.Directory!.EnumerateFiles("LICENSE*").Should().NotBeEmpty("{0} is large and somebody's work", file.FullName);
    }

    [Fact]
    public void A_weights_card_describes_the_file_beside_it()
    {
        foreach (var path in SourceProject.All.Where(project => project.IsData)
            .SelectMany(project => Directory.EnumerateFiles(project.Folder, "card.json", SearchOption.AllDirectories)))
        {
            using var card = JsonDocument.Parse(File.ReadAllText(path));
            var file = card.RootElement.GetProperty("file");
            var weights = Path.Combine(Path.GetDirectoryName(path)!, file.GetProperty("name").GetString()!);

            using var stream = File.OpenRead(weights);
            stream.Length.Should().Be(file.GetProperty("bytes").GetInt64());
            Convert.ToHexStringLower(SHA256.HashData(stream)).Should().Be(file.GetProperty("sha256").GetString());
            card.RootElement.GetProperty("licence").GetProperty("spdx").GetString().Should().NotBeNullOrEmpty();
        }
    }
}
