using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>Every file of Keras in a collection of real ones is read as the table says, or refused as it says.</summary>
public sealed class KerasFilesTests
{
    private static readonly string[] Folders = ["checkpoints/keras-dl4j", "checkpoints/keras-mlperf-tiny"];

    [SkippableFact]
    [NoTensorLeaks]
    public void Every_file_is_read_or_refused_by_name()
    {
        var table = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "keras-files.tsv"));
        var files = Folders.SelectMany(folder => Directory.EnumerateFiles(TestFiles.Data(folder), "*.h5", SearchOption.AllDirectories)).ToList();

        files.Select(Describe).Should().BeEquivalentTo(table).And.HaveCount(90);
    }

    /// <summary>The file, and its tensors with the sum of their values; or why it is refused.</summary>
    private static string Describe(string path)
    {
        using var scope = NewDisposeScope();
        var name = Path.GetRelativePath(TestFiles.Data("checkpoints"), path).Replace('\\', '/');
        try
        {
            using var file = KerasWeights.Open(path);
            var tensors = file.Tensors.Select(tensor => (tensor.Key, tensor.Value.Shape, Sum: file.Read(tensor.Key).sum(ScalarType.Float64).item<double>()))
                .Select(tensor => FormattableString.Invariant($"{tensor.Key} {string.Join('x', tensor.Shape)} {tensor.Sum:F3}"));
            return $"{name}\t{string.Join(", ", tensors)}";
        }
        catch (WeightFormatException error)
        {
            return $"{name}\trefused: {error.Message[(path.Length + 3)..]}";
        }
    }
}
