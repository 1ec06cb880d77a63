using TransferLearning.TestKit;
using TransferLearning.Tests.Weights.PyTorch;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights;

/// <summary>Seeded mutants of valid files: each is read or refused, never anything else.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int MutantsPerFormat = 250;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats => ["safetensors", "zip", "legacy", "index"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Mutants_are_read_or_refused(string format)
    {
        var (original, random) = (Valid(format), new SplitMix64(42));
        for (var mutant = 0; mutant < MutantsPerFormat; mutant++)
        {
            var path = _folder.Write("mutant", Mutate(original, ref random));
            var exception = Record.Exception(() => ReadAll(path));
            exception.Should().Match(e => e == null || e is WeightFormatException || e is NotSupportedException || e is FileNotFoundException, $"mutant {mutant} of {format}");
        }
    }

    private static void ReadAll(string path)
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(path);
        foreach (var name in file.Tensors.Keys) file.Read(name);
    }

    private byte[] Valid(string format)
    {
        using var scope = NewDisposeScope();
        var pickle = Pickle.StateDict(("fc.weight", [2, 3]), ("fc.bias", [2])).ToArray();
        TransferLearning.Safetensors.Write(_folder.File("model.safetensors"), new Dictionary<string, Tensor> { ["a"] = ones(2, 3), ["b"] = ones(4, ScalarType.Int64) });
        return format switch
        {
            "safetensors" => File.ReadAllBytes(_folder.File("model.safetensors")),
            "zip" => TestCheckpoint.Zip(pickle, ("0", new byte[24]), ("1", new byte[8])),
            "legacy" => TestCheckpoint.Legacy(pickle, ("0", 6, new byte[24]), ("1", 2, new byte[8])),
            _ => """{"weight_map":{"a":"model.safetensors","b":"model.safetensors"}}"""u8.ToArray(),
        };
    }

    private static byte[] Mutate(byte[] original, ref SplitMix64 random)
    {
        var bytes = original.ToList();
        for (var edits = 1 + random.NextInt(4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.NextInt(bytes.Count);
            switch (random.NextInt(5))
            {
                case 0: bytes[at] = (byte)random.NextInt(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.NextInt(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.NextInt(16), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.Take(random.NextInt(16)).ToArray()); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }
}
