using System.Diagnostics;
using TransferLearning.TestKit;

namespace TransferLearning.Tool.Tests;

/// <summary>The tool as a user runs it, in a working folder of its own with two classes of a few images and texts.</summary>
public sealed class ToolRun : IDisposable
{
    private static readonly string Data = Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data");

    // artifacts/bin/PROJECT/CONFIGURATION: the tool was built with the configuration of these tests.
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "TransferLearning.Tool", new DirectoryInfo(AppContext.BaseDirectory).Name, "transferlearning.dll");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public ToolRun()
    {
        Copy("train", "photos", 4, "bag", "coat");
        Copy("validation", "others", 2, "bag", "coat");
        var rows = File.ReadAllLines(Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data", "train.csv"));
        string[] few = [
            .. rows.Skip(1).Where(row => row.EndsWith(",food", StringComparison.Ordinal) || row.EndsWith(",time", StringComparison.Ordinal))];
        File.WriteAllLines(this["texts.csv"], ["body,kind", .. few.Where((_, i) => i % 10 == 0)]);
        File.WriteAllLines(this["other-texts.csv"], ["body,kind", .. few.Where((_, i) => i % 10 == 5)]);
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

    /// <summary>Starts the tool in the working folder.</summary>
    public Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, .. arguments])
    {
        WorkingDirectory = _folder.FullName,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // Of many small runs on a busy machine each is slow where its threads wait for one another.
        Environment = { ["OMP_NUM_THREADS"] = "1" },
    })!;

    /// <summary>Runs the tool to its end.</summary>
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
