using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>A step of AdamW over 22.6 million parameters, shaped as MiniLM's, against TorchSharp's own.</summary>
internal static class OptimizerStep
{
    private const int Width = 384;

    public static int Run()
    {
        var ours = Parameters();
        var theirs = Parameters();
        using var running = new AdamW(1e-3).Create();
        using var optimizer = optim.AdamW(theirs, 1e-3, weight_decay: 0.01);
        ParameterGroup[] groups = [new(ours) { LearningRate = 1e-3, WeightDecay = 0.01 }];
        Console.WriteLine(FormattableString.Invariant($"{ours.Sum(parameter => parameter.numel()) / 1e6:F1} million parameters"));
        Times.InTurns(10, ("AdamW", () => running.Step(groups)), ("TorchSharp's AdamW", () =>
        {
            using var scope = NewDisposeScope();
            optimizer.step();
        }));
        return 0;
    }

    private static Parameter[] Parameters()
    {
        long[][] layer = [
            [Width, Width], [Width], [Width, Width], [Width], [Width, Width], [Width], [Width, Width], [Width], [4 * Width, Width], [4 * Width], [Width, 4 * Width], [Width], [Width], [Width], [Width], [Width]];
        long[][] shapes = [
            [30522, Width], [512, Width], [2, Width], [Width], [Width], .. Enumerable.Repeat(layer, 6).SelectMany(shape => shape)];
        return [.. shapes.Select(shape => new Parameter(randn(shape)) { grad = randn(shape) })];
    }
}
