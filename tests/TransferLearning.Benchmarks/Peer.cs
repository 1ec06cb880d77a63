using System.Diagnostics;
using TorchSharp;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>A training step of ResNet-18 through this library against the TorchVision package's network and TorchSharp's optimizer.</summary>
internal static class Peer
{
    private const int BatchSize = 16;

    public static int Run()
    {
        manual_seed(0);
        using var images = randn(BatchSize, 3, 224, 224);
        using var labels = randint(1000, [BatchSize], ScalarType.Int64);

        using var ours = VisionBackbones.Create("resnet18");
        using var running = new Sgd(1e-3).Create();
        ParameterGroup[] groups = [new([.. ours.Module.parameters()]) { LearningRate = 1e-3 }];

        using var theirs = torchvision.models.resnet18(weights_file: null);
        using var optimizer = optim.SGD(theirs.parameters(), 1e-3, 0.9);

        List<double> library = [], peer = [];
        for (var round = 0; round < 10; round++)
        {
            library.Add(Step(ours.Module, () => { foreach (var p in groups[0].Parameters) p.grad = null; }, () => running.Step(groups), images, labels));
            peer.Add(Step(theirs, () => optimizer.zero_grad(), () => optimizer.step(), images, labels));
        }
        Console.WriteLine(FormattableString.Invariant(
            $"ResNet-18 training step, batch {BatchSize}, 224 px, SGD with momentum; ms, median (min) of 10: library {Loop.Median(library) * 1e3:F0} ({library.Min() * 1e3:F0}), TorchVision {Loop.Median(peer) * 1e3:F0} ({peer.Min() * 1e3:F0}); {Loop.Median(library) / Loop.Median(peer):F3}x at the median, {library.Min() / peer.Min():F3}x at the minimum"));
        return 0;
    }

    private static double Step(nn.Module<Tensor, Tensor> network, Action zero, Action update, Tensor images, Tensor labels)
    {
        network.train();
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        zero();
        var loss = nn.functional.cross_entropy(network.call(images), labels);
        loss.backward();
        update();
        _ = loss.item<float>();
        return clock.Elapsed.TotalSeconds;
    }
}
