using System.Buffers.Binary;
using TransferLearning.TestKit;
using TransferLearning.Tests.Weights.PyTorch;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights;

/// <summary>Mutants of weight files of every format, and of the parts that checksums and lengths would protect.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int LengthSize = sizeof(ulong);

    private static readonly Type[] Documented = [
        typeof(WeightFormatException), typeof(NotSupportedException), typeof(FileNotFoundException)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safetensors() => Fuzzer.Run("safetensors", Shard(), Read, Documented);

    [Fact]
    public void Index_of_shards()
    {
        _folder.Write("one.safetensors", Shard());
        Fuzzer.Run("index of shards", """{"metadata":{"total_size":56},"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}"""u8.ToArray(), Read, Documented);
    }

    [Fact]
    public void Shard_beside_its_index()
    {
        var index = _folder.Write("model.safetensors.index.json", """{"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}""");
        Fuzzer.Run("shard", Shard(), shard =>
        {
            _folder.Write("one.safetensors", shard);
            ReadAll(index);
        }, Documented);
    }

    [Fact]
    public void Zip_checkpoint() => Fuzzer.Run("zip checkpoint", TestCheckpoint.Zip(Pickle(), Storages), Read, Documented);

    [Fact]
    public void Pickle_in_a_zip_checkpoint() =>
        Fuzzer.Run("pickle", Pickle(), pickle => Read(TestCheckpoint.Zip(pickle, Storages)), Documented);

    [Fact]
    public void Legacy_checkpoint() =>
        Fuzzer.Run("legacy checkpoint", TestCheckpoint.Legacy(Pickle(), ("0", 6, new byte[24]), ("1", 2, new byte[8])), Read, Documented);

    [Fact]
    public void Saved_model() => Run("saved model", model => model.Save(_folder.File("saved")));

    [Fact]
    public void Saved_adapter() => Run("saved adapter", model =>
    {
        model.Add(new Lora(model.Backbone, Adapter));
        model.SaveAdapter(_folder.File("saved"));
    });

    [Fact]
    public void Values_of_the_description_of_a_saved_model()
    {
        using var scope = NewDisposeScope();
        using (var model = SmallNetwork.Backbone().WithHead(Head(), ownsBackbone: true))
        {
            model.Add(new Lora(model.Backbone, Adapter));
            model.SaveAdapter(_folder.File("saved"));
        }
        using var file = WeightFile.Open(_folder.File("saved"));
        var tensors = file.Tensors.Keys.ToDictionary(name => name, file.Read);
        foreach (var mutant in JsonMutants.Of(file.Metadata["transferlearning"]))
        {
            TransferLearning.Safetensors.Write(
                _folder.File("mutant"), tensors, new Dictionary<string, string> { ["transferlearning"] = mutant });
            var thrown = Record.Exception(() =>
            {
                using var artefact = ModelArtefact.Open(_folder.File("mutant"));
                using var model = artefact.Restore(SmallNetwork.Backbone());
            });
            if (thrown is not null)
                new[] { typeof(WeightFormatException), typeof(WeightMismatchException),
                    typeof(ArgumentException) }.Should().Contain(thrown.GetType(), $"{thrown} is of {mutant}");
        }
    }

    private static LoraOptions Adapter => new() { Rank = 2, TargetModules = ["conv1", "conv2"] };

    private static MlpHead Head() =>
        new(["one", "two"], hidden: [5], objective: new CrossEntropy { LabelSmoothing = 0.1, ClassWeights = [1, 2] });

    private void Run(string format, Action<TransferModel> save)
    {
        using (var model = SmallNetwork.Backbone().WithHead(Head(), ownsBackbone: true)) save(model);
        var saved = File.ReadAllBytes(_folder.File("saved"));
        var data = LengthSize + (int)BinaryPrimitives.ReadUInt64LittleEndian(saved);
        Fuzzer.Run(format, saved[LengthSize..data], header =>
        {
            using var scope = NewDisposeScope();
            using var artefact = ModelArtefact.Open(
                _folder.Write("mutant", [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. saved[data..]]));
            using var model = artefact.Restore(SmallNetwork.Backbone());
        }, [.. Documented, typeof(WeightMismatchException), typeof(ArgumentException)]);
    }

    private static (string, byte[])[] Storages => [("0", new byte[24]), ("1", new byte[8])];

    private byte[] Shard()
    {
        using var scope = NewDisposeScope();
        TransferLearning.Safetensors.Write(
            _folder.File("valid"), new Dictionary<string, Tensor> { ["a"] = ones(2, 3), ["b"] = ones(4, ScalarType.Int64) }, new Dictionary<string, string> { ["format"] = "pt" });
        return File.ReadAllBytes(_folder.File("valid"));
    }

    /// <summary>
    /// A checkpoint as training programs write it: a state dict with a strided view of a shared storage, a NumPy array, memos, numbers.
    /// </summary>
    private static byte[] Pickle() => new Pickle()
        .Dict().Mark()
        .Text("state_dict").Dict().Mark()
        .Text("fc.weight").Tensor("0", 6, 0, [2, 3], [3, 1])
        .Text("fc.view").Tensor("0", 6, 1, [2, 2], [1, 3])
        .Text("fc.bias").Tensor("1", 2, 0, [2], [1]).Raw((byte)'q', 7)
        .Text("fc.again").Raw((byte)'h', 7)
        .SetItems()
        .Text("epoch").Integer(12)
        .Text("array").Global("numpy.core.multiarray", "_reconstruct").Mark().Global("numpy", "ndarray").Integers(0)
        .Raw((byte)'C', 1, (byte)'b').Tuple().Reduce()
        .Mark().Integer(1).Integers(2).Global("numpy", "dtype").Mark().Text("f4").Raw(0x89, 0x88).Tuple().Reduce()
        .Mark().Integer(3).Text("<").Raw((byte)'N').Tuple().Raw((byte)'b')
        .Raw(0x89, (byte)'C', 8, 0, 0, 0, 0, 0, 0, 0, 0).Tuple().Raw((byte)'b')
        .SetItems().ToArray();

    private void Read(byte[] mutant) => ReadAll(_folder.Write("mutant", mutant));

    private static void ReadAll(string path)
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(path);
        // Views may repeat a small storage, but not without end.
        foreach (var name in file.Tensors.Keys) file.Read(name).numel().Should().BeLessThanOrEqualTo(1 << 24);
    }
}
