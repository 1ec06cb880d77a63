using System.Diagnostics;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>What the trainer costs beside libtorch: an epoch against the same epoch written by hand.</summary>
internal static class Loop
{
    private const int BatchSize = 16;
    private const int Steps = 6;

    public static int Run()
    {
        manual_seed(0);
        var labels = Enumerable.Range(0, BatchSize * Steps).Select(i => i % 10).ToArray();
        using var images = randn(labels.Length, 3, 128, 128);
        var data = new TensorDataset(images, labels, [.. Enumerable.Range(0, 10).Select(i => $"class {i}")]);

        using var network = VisionBackbones.Create("resnet18");
        using var backbone = new OnTensors(network);
        using var model = backbone.WithHead(new LinearHead(data.Targets.Names));
        var trainer = new Trainer(new TrainerOptions { Epochs = 2, BatchSize = BatchSize, Optimizer = new Sgd(1e-3), Sampler = new SequentialSampler(), Device = CPU });

        using var peer = VisionBackbones.Create("resnet18");
        using var head = nn.Linear(512, 10);
        using var optimizer = optim.SGD([.. peer.Module.parameters(), .. head.parameters()], 1e-3, 0.9);

        List<double> ours = [], theirs = [];
        for (var round = 0; round < 6; round++)
        {
            // The first epoch of a run holds what happens once: the second is what every further epoch costs.
            ours.Add(trainer.Fit(model, data).Epochs[1].Seconds);
            theirs.Add(ByHand(peer, head, optimizer, images, labels));
        }
        Console.WriteLine(FormattableString.Invariant(
            $"ResNet-18, {Steps} steps of {BatchSize} at 128 px, SGD with momentum; seconds an epoch, median (min) of 6: Trainer {Median(ours):F3} ({ours.Min():F3}), by hand {Median(theirs):F3} ({theirs.Min():F3}); {Median(ours) / Median(theirs):F3}x at the median, {ours.Min() / theirs.Min():F3}x at the minimum"));
        return 0;
    }

    internal static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double ByHand(VisionBackbone network, nn.Module<Tensor, Tensor> head, optim.Optimizer optimizer, Tensor images, int[] labels)
    {
        var clock = Stopwatch.StartNew();
        network.Module.train();
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var x = images.narrow(0, step * BatchSize, BatchSize);
            var y = tensor(labels.Skip(step * BatchSize).Take(BatchSize).Select(label => (long)label).ToArray());
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(head.call(network.Extract(x)), y);
            loss.backward();
            optimizer.step();
            _ = loss.item<float>();
        }
        return clock.Elapsed.TotalSeconds;
    }
}
