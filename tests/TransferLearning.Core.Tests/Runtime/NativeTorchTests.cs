namespace TransferLearning.Core.Tests.Runtime;

public class NativeTorchTests
{
    [Theory]
    [InlineData("torch-first")]
    [InlineData("initialize")]
    public void A_fresh_process_computes_whoever_touches_torch_first(string argument) =>
        ChildProcess.Run(AppContext.BaseDirectory, argument).Should().Be("6");

    [Theory]
    [InlineData("missing")]
    [InlineData("torch-first-missing")]
    public void A_missing_native_package_is_named(string argument)
    {
        var folder = Directory.CreateTempSubdirectory("torch-missing-");
        try
        {
            // The managed half of this application alone, without the list of native libraries in its .deps.json.
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
                if (file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".runtimeconfig.json", StringComparison.Ordinal))
                    File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));

            ChildProcess.Run(folder.FullName, argument).Should().StartWith("The native torch libraries are missing.").And.NotContain("\n")
                .And.Contain("dotnet add package TorchSharp-cpu");
            folder.EnumerateDirectories().Should().BeEmpty("nothing may be copied out of the NuGet cache");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
