using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>
/// Loading a safetensors file of 500 MB into a module that was just built, against reading the file into one block of memory.
/// </summary>
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
                Safetensors.Write(path, Enumerable.Range(0, Tensors).Select(i => KeyValuePair.Create(Name(i), rand(Elements))));
            Times.InTurns(
                7, ("mapped", () => Load(path, WeightMemory.Mapped, isUsed: false)), ("plain read", () => Read(path, isUsed: false)));
            Times.InTurns(
                7, ("mapped and summed", () => Load(path, WeightMemory.Mapped, isUsed: true)), ("read and summed", () => Load(path, WeightMemory.Read, isUsed: true)), ("plain read and summed", () => Read(path, isUsed: true)));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Load(string path, WeightMemory memory, bool isUsed)
    {
        using var scope = NewDisposeScope();
        using var module = new Blank();
        WeightLoader.Load(module, path, new WeightLoadOptions { Memory = memory });
        if (isUsed)
            foreach (var buffer in module.buffers()) buffer.sum();
    }

    private static void Read(string path, bool isUsed)
    {
        using var scope = NewDisposeScope();
        using var stream = File.OpenRead(path);
        var numbers = empty(stream.Length / sizeof(float) + 1);
        stream.ReadExactly(numbers.bytes[..(int)stream.Length]);
        if (isUsed) numbers.sum();
    }

    private sealed class Blank : nn.Module
    {
        public Blank() : base(nameof(Blank))
        {
            for (var i = 0; i < Tensors; i++) register_buffer(Name(i), empty(Elements));
        }
    }

    // Names of buffers have no dots.
    private static string Name(int layer) => $"layer{layer}";
}
