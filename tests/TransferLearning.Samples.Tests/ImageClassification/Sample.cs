using System.Diagnostics;
using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.ImageClassification;

/// <summary>The sample as a user runs it, in a working folder of its own with two classes of a few images.</summary>
public sealed class Sample : IDisposable
{
    private static readonly string Data = Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data");

    // artifacts/bin/PROJECT/CONFIGURATION: the sample was built with the configuration of these tests.
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "ImageClassification", new DirectoryInfo(AppContext.BaseDirectory).Name, "ImageClassification.dll");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public Sample()
    {
        Copy("train", "photos", 4, "bag", "coat");
        Copy("validation", "others", 2, "bag", "coat");
    }

    /// <summary>Path of a file of the working folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Copies the first images of some classes of the sample's data into a folder with one sub-folder for each class.</summary>
    public void Copy(string part, string folder, int count, params string[] classes)
    {
        foreach (var name in classes)
        {
            var target = Directory.CreateDirectory(Path.Combine(this[folder], name)).FullName;
            foreach (var file in Directory.GetFiles(Path.Combine(Data, part, name)).Order(StringComparer.Ordinal).Take(count))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    /// <summary>Starts the sample in the working folder.</summary>
    public Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, .. arguments])
    {
        WorkingDirectory = _folder.FullName,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // Of many small runs on a busy machine each is slow where its threads wait for one another.
        Environment = { ["OMP_NUM_THREADS"] = "1" },
    })!;

    /// <summary>Runs the sample to its end.</summary>
    public (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
