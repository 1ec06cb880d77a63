using System.Diagnostics;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>Whether anything is left behind by a step.</summary>
internal static class MemoryUse
{
    private const int BatchSize = 16;

    public static int Run()
    {
        manual_seed(0);
        var labels = Enumerable.Range(0, BatchSize * 50).Select(i => i % 10).ToArray();
        using var images = randn(labels.Length, 3, 64, 64);
        var data = new TensorDataset(images, labels, [.. Enumerable.Range(0, 10).Select(i => $"class {i}")]);
        using var network = VisionBackbones.Create("resnet18");
        using var backbone = new OnTensors(network);
        using var model = backbone.WithHead(new LinearHead(data.Targets.Names));

        var watch = new Watch();
        new Trainer(new TrainerOptions { BatchSize = BatchSize, Epochs = 20, Device = CPU }, watch).Fit(model, data);
        var (early, late) = (watch.Readings[50], watch.Readings[1000]);
        Console.WriteLine(FormattableString.Invariant(
            $"after 50 steps: {early.Tensors} live tensors, {early.Bytes >> 20} MiB; after 1,000: {late.Tensors}, {late.Bytes >> 20} MiB; {(double)late.Bytes / early.Bytes - 1:P2} more memory"));
        return 0;
    }

    private sealed class Watch : IFineTuneStrategy
    {
        public string Description => "reads the memory in use";

        public Dictionary<int, (long Tensors, long Bytes)> Readings { get; } = [];

        public void AfterStep(TrainingSession session, TrainingStep step)
        {
            if (session.Step is not (50 or 1000)) return;
            using var process = Process.GetCurrentProcess();
            Readings[session.Step] = (Tensor.TotalCount, process.WorkingSet64);
        }
    }
}
