using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>Reading every tensor of a safetensors file of 500 MB, against reading the file into one block of memory.</summary>
internal static class LoadWeights
{
    private const int Tensors = 125;
    private const int Elements = 1_000_000;

    public static int Run()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.safetensors");
        try
        {
            using (NewDisposeScope())
                Safetensors.Write(path, Enumerable.Range(0, Tensors).Select(i => KeyValuePair.Create($"layer.{i}", rand(Elements))));
            Times.InTurns(7, ("every tensor", () => Load(path)), ("plain read", () => Read(path)));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Load(string path)
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(path);
        foreach (var name in file.Tensors.Keys) file.Read(name);
    }

    private static void Read(string path)
    {
        using var scope = NewDisposeScope();
        using var stream = File.OpenRead(path);
        stream.ReadExactly(empty([stream.Length], uint8).bytes);
    }
}
