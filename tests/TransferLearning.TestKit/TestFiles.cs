using Xunit;

namespace TransferLearning.TestKit;

/// <summary>Where tests find their files.</summary>
public static class TestFiles
{
    /// <summary>Root of the repository.</summary>
    public static string Repository { get; } = FindUp("TransferLearning.sln");

    /// <summary>A file of tests/golden: what the reference implementations compute.</summary>
    public static string Golden(string path) => Path.Combine(Repository, "tests", "golden", path);

    /// <summary>
    /// A file or folder of the data sets that the repository may not ship: in the folder that the environment variable
    /// TRANSFERLEARNING_DATA names, else in ../shared/data beside the checkout. Skips the test where it is absent.
    /// </summary>
    public static string Data(string path)
    {
        var root = Environment.GetEnvironmentVariable("TRANSFERLEARNING_DATA")
            ?? Path.Combine(Repository, "..", "shared", "data");
        var full = Path.GetFullPath(Path.Combine(root, path));
        Skip.IfNot(
            File.Exists(full) || Directory.Exists(full), $"The data set '{path}' is not on this machine (set TRANSFERLEARNING_DATA).");
        return full;
    }

    private static string FindUp(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, name))) return folder.FullName;
        throw new FileNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds {name}.");
    }
}
