using System.Runtime.InteropServices;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Adapters;

/// <summary>The four batches of eight texts of tests/golden/training/loop_bert.</summary>
internal sealed class BertBatches : IDataset, IBatchSource
{
    private const int Size = 8, Batches = 4, Length = 12;

    public int Count => Size * Batches;

    public bool IsDeterministic => true;

    public Targets Targets { get; } = Targets.Classes(
        [.. Enumerable.Range(0, Batches).SelectMany(i => Longs($"batch.{i}.labels").Select(label => (int)label))], ["a", "b", "c"]);

    public IBatchSource Prepare(InputSpec? input) => this;

    public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
    {
        var rows = indices.ToArray();
        using var mask = Rows("attention_mask", rows);
        var input = new TensorSet(
            Rows("input_ids", rows), mask.to_type(ScalarType.Bool)).With(TensorNames.Segments, Rows("token_type_ids", rows));
        return new Batch(input, Targets.Gather(rows));
    }

    private static Tensor Rows(string name, int[] rows) =>
        tensor(
            rows.SelectMany(row => Longs($"batch.{row / Size}.{name}").Chunk(Length).ElementAt(row % Size)).ToArray(), rows.Length, Length);

    private static long[] Longs(string name)
    {
        using var file = WeightFile.Open(TestFiles.Golden("training/loop_bert.safetensors"));
        using var tensor = file.Read(name);
        return MemoryMarshal.Cast<byte, long>(tensor.bytes).ToArray();
    }
}
