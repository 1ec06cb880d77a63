using System.Diagnostics;

namespace TransferLearning.Samples.Tests;

/// <summary>A sample as a user runs it, in a working folder of its own.</summary>
/// <param name="name">Name of the sample's project.</param>
public sealed class SampleRun(string name) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    // artifacts/bin/PROJECT/CONFIGURATION: the sample was built with the configuration of these tests.
    private string Program =>
        Path.Combine(AppContext.BaseDirectory, "..", "..", name, new DirectoryInfo(AppContext.BaseDirectory).Name, $"{name}.dll");

    /// <summary>Path of a file of the working folder.</summary>
    public string this[string file] => Path.Combine(_folder.FullName, file);

    /// <summary>Runs the sample to its end, which must be a good one, and gives what it wrote.</summary>
    public string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, .. arguments])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Of many small runs on a busy machine each is slow where its threads wait for one another.
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        (process.ExitCode, error.Result).Should().Be((0, ""), output);
        return output;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
