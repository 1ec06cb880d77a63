using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

[NoTensorLeaks(MakesModels = true)]
public sealed class LargeDatasetTests : IDisposable
{
    private const int Count = 1_000_000, Features = 8, RowFloats = Features + 1;

    private static readonly string[] Classes = ["negative", "positive"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_million_rows_are_learnt_from_where_they_lie_on_disk()
    {
        using var file = Rows();
        using var backbone = new ModuleBackbone("rows", nn.Identity(), Features);
        using var model = backbone.WithHead(new LinearHead(Classes));
        var data = new ExampleDataset(Count, position => Read(file, position), new UnlistedTargets(Classes));
        var validation = data.Subset([.. Enumerable.Range(0, 500).Select(i => i * 2000 + 1)]);

        // What earlier tests left to finalizers is no memory of this one.
        LiveTensors.Count();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var report = new Trainer(new() { Epochs = 2, BatchSize = 64, Optimizer = new AdamW(0.05), Sampler = new Few(6400), Device = CPU })
            .Fit(model, data, validation, new AtEachEpoch(() => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true))));

        report.Accuracy.Should().BeGreaterThan(0.9);
        (report.TrainCount, report.Epochs.Count, report.Sampler).Should().Be((Count, 2, "6400 of all"));
        most.Should().BePositive("it was measured");
        (most - before).Should().BeLessThan(4 << 20, "the rows take 36 MB");
    }

    /// <summary>A file of a million rows: eight numbers, and 1 where their sum is positive, else 0.</summary>
    private SafeFileHandle Rows()
    {
        var random = new SplitMix64(1);
        var path = _folder.File("rows");
        using (var stream = File.Create(path))
        {
            var rows = new float[1000 * RowFloats];
            for (var written = 0; written < Count; written += 1000)
            {
                for (var start = 0; start < rows.Length; start += RowFloats)
                {
                    var sum = 0f;
                    for (var i = 0; i < Features; i++) sum += rows[start + i] = (float)random.NextDouble(-1, 1);
                    rows[start + Features] = sum > 0 ? 1 : 0;
                }
                stream.Write(MemoryMarshal.AsBytes<float>(rows));
            }
        }
        return File.OpenHandle(path);
    }

    private static (TensorSet, TensorSet) Read(SafeFileHandle file, int position)
    {
        Span<float> row = stackalloc float[RowFloats];
        RandomAccess.Read(file, MemoryMarshal.AsBytes(row), (long)position * RowFloats * sizeof(float)).Should()
            .Be(RowFloats * sizeof(float));
        return (tensor(row[..Features].ToArray()), tensor((long)row[Features]));
    }

    /// <summary>Draws that many positions.</summary>
    private sealed record Few(int Draws) : ISampler
    {
        public string Description => $"{Draws} of all";

        int ISampler.Draws(Targets targets, int count) => Draws;

        public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random)
        {
            var order = new int[Draws];
            for (var i = 0; i < order.Length; i++) order[i] = random.NextInt(count);
            return order;
        }
    }

    private sealed class AtEachEpoch(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.EpochCompleted) action();
        }
    }
}
