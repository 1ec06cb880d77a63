using System.Diagnostics;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>Twenty thousand classes and labels: what training, measuring and a linear probe take of time and memory.</summary>
internal static class ManyLabels
{
    private const int Labels = 20_000, Features = 1280;

    private static readonly string[] Names = [.. Enumerable.Range(0, Labels).Select(i => $"label {i}")];

    public static int Run()
    {
        foreach (var rows in (int[])[200, 5_000])
        {
            using var features = randn(rows, Features);
            using var backbone = new ModuleBackbone("features", nn.Identity(), Features);
            using var classifier = backbone.WithHead(new LinearHead(Names));
            using var labeller = backbone.WithHead(new LinearHead(Names, objective: new MultiLabel()));
            var classes = new TensorDataset(features, Targets.Classes([.. Enumerable.Range(0, rows).Select(i => i % Labels)], Names));
            var labels = new TensorDataset(features, Targets.Labels(
                Enumerable.Range(0, rows).Select(i => (string[])[Names[i % Labels], Names[(i * 7 + 3) % Labels]]), Names));
            var trainer = new Trainer(new TrainerOptions { Epochs = 1, Device = CPU });

            Time(rows, "classes, an epoch", () => trainer.Fit(classifier, classes));
            Time(rows, "classes, an epoch and its measures", () => trainer.Fit(classifier, classes, classes));
            Time(rows, "labels, an epoch", () => trainer.Fit(labeller, labels));
            Time(rows, "labels, an epoch and its measures", () => trainer.Fit(labeller, labels, labels));
            if (rows < Labels / 10) Time(rows, "linear probe", () => new LinearProbe(new() { Device = CPU }).Fit(classifier, classes, classes));
        }
        return 0;
    }

    private static void Time(int rows, string what, Action run)
    {
        var clock = Stopwatch.StartNew();
        run();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{rows,5} rows, {what,-36} {clock.Elapsed.TotalSeconds,6:F1} s, {process.WorkingSet64 >> 20,6} MiB");
    }
}
