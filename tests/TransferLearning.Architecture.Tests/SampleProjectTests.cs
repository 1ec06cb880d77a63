using System.Diagnostics;
using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Architecture.Tests;

/// <summary>A sample's project file stands alone outside the repository and is swapped for the sources inside it.</summary>
public class SampleProjectTests
{
    private static readonly string Sample = Path.Combine(
        TestFiles.Repository, "samples", "ImageClassification", "ImageClassification.csproj");

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda-linux")]
    [InlineData("cuda-windows")]
    public void TorchBackend_chooses_the_native_package(string backend)
    {
        var (packages, projects) = References(Sample, $"-p:TorchBackend={backend}");

        packages.Where(package => package.StartsWith("TorchSharp", StringComparison.Ordinal)).Should().Equal($"TorchSharp-{backend}");
        packages.Should().NotContain(package => package.StartsWith("TransferLearning.", StringComparison.Ordinal));
        projects.Should().BeEquivalentTo("TransferLearning.Reporting", "TransferLearning.Vision", "TransferLearning.Weights.EfficientNetLite0");
    }

    [Fact]
    public void A_copied_sample_references_the_packages()
    {
        var folder = Directory.CreateTempSubdirectory("sample-");
        try
        {
            var copy = Path.Combine(folder.FullName, Path.GetFileName(Sample));
            File.Copy(Sample, copy);

            var (packages, projects) = References(copy);

            packages.Should().Contain(["TransferLearning.Vision", "TransferLearning.Weights.EfficientNetLite0", "TorchSharp-cpu"]);
            projects.Should().BeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (string[] Packages, string[] Projects) References(string project, params string[] properties)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["msbuild", project, "-nodeReuse:false", "-getItem:PackageReference,ProjectReference", .. properties])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(project),
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, output);

        using var items = JsonDocument.Parse(output);
        return (Names("PackageReference", "Identity"), Names("ProjectReference", "Filename"));

        string[] Names(string item, string metadata) =>
            [.. items.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray()
                .Select(element => element.GetProperty(metadata).GetString()!)];
    }
}
