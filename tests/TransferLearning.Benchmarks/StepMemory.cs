using System.Diagnostics;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>Highest memory of some training steps of ResNet-50, batch 16, against PyTorch's.</summary>
internal static class StepMemory
{
    private const int BatchSize = 16, Steps = 5;

    public static int Run()
    {
        using var network = VisionBackbones.Create("resnet50");
        using var images = randn(BatchSize, 3, 224, 224);
        using var labels = randint(1000, [BatchSize], ScalarType.Int64);
        using var optimizer = new Sgd(1e-3).Create();
        ParameterGroup[] groups = [new([.. network.Module.parameters()]) { LearningRate = 1e-3 }];
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            foreach (var parameter in groups[0].Parameters) parameter.grad = null;
            nn.functional.cross_entropy(network.Module.call(images), labels).backward();
            optimizer.Step(groups);
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant($"library: {process.PeakWorkingSet64 >> 20} MiB at most"));

        using var python = PeerProcess.Python("image", "resnet50", $"{BatchSize}");
        if (python is null) return 0;
        for (var step = 0; step < Steps; step++) python.Round();
        Console.WriteLine(
            FormattableString.Invariant($"PyTorch 1.13: {python.PeakMemory >> 20} MiB at most; {(double)process.PeakWorkingSet64 / python.PeakMemory:F2}x"));
        return 0;
    }
}
