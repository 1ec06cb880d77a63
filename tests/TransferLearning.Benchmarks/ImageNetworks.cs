using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>
/// ResNet-18 and EfficientNet-Lite0: prediction and a training step, against the machine's peak, PyTorch, and NCHW in TorchSharp.
/// </summary>
internal static class ImageNetworks
{
    // Multiplications and additions for one image of 224 x 224; backward twice as many.
    private const double ResNet18 = 2 * 1.814e9, EfficientNetLite0 = 2 * 0.385e9;

    private const int LiteBatch = 32;

    public static int Run(string[] arguments)
    {
        if (arguments is ["plain", var what]) return ServePlain(what == "step");
        manual_seed(0);
        var peak = Peak.Measure();
        if (arguments is [] or ["resnet18"]) RunResNet18(peak);
        if (arguments is [] or ["lite0"]) RunEfficientNetLite0(peak);
        return 0;
    }

    private static void RunResNet18(Peak peak)
    {
        const int batch = 16;
        using var work = new Work(VisionBackbones.Create("resnet18").Module, batch);
        Times.InTurns(10, ("ResNet-18 prediction", work.Predict))[0].ShareOf(peak, batch * ResNet18);
        using var python = PeerProcess.Python("image", "resnet18", $"{batch}");
        (string, Func<double>)[] steps = [
            ("ResNet-18 training step", () => Times.Wall(work.Step)), .. python is null ? [] : new (string, Func<double>)[] { ("PyTorch 1.13", python.Round) }];
        Times.InTurns(10, steps)[0].ShareOf(peak, 3 * batch * ResNet18);
    }

    private static void RunEfficientNetLite0(Peak peak)
    {
        using var ours = new Work(VisionBackbones.Create("efficientnet_lite0").Module, LiteBatch);
        using var plain = new Work(new PlainEfficientNetLite0(), LiteBatch);
        foreach (var (what, rounds, passes) in (ReadOnlySpan<(string, int, int)>)[("prediction", 10, 1), ("step", 5, 3)])
        {
            using var torchSharp = PeerProcess.TorchSharp("networks", "plain", what);
            var isStep = what == "step";
            Times.InTurns(rounds,
                ($"EfficientNet-Lite0 {what}", () => Times.Wall(isStep ? ours.Step : ours.Predict)),
                ("NCHW as TorchSharp runs it", torchSharp.Round),
                ("NCHW with the library's allocator", () => Times.Wall(isStep ? plain.Step : plain.Predict)))[0].ShareOf(
                    peak, passes * LiteBatch * EfficientNetLite0);
        }
    }

    private static int ServePlain(bool isStep)
    {
        using var plain = new Work(new PlainEfficientNetLite0(), LiteBatch);
        return PeerProcess.Serve(isStep ? plain.Step : plain.Predict);
    }

    private sealed class Work : IDisposable
    {
        private readonly nn.Module<Tensor, Tensor> _network;
        private readonly Tensor _images, _labels;
        private readonly IOptimizer _optimizer = new Sgd(1e-3).Create();
        private readonly ParameterGroup[] _groups;

        public Work(nn.Module<Tensor, Tensor> network, int batch)
        {
            (_network, _images, _labels) = (network, randn(batch, 3, 224, 224), randint(1000, [batch], ScalarType.Int64));
            _groups = [new([.. network.parameters()]) { LearningRate = 1e-3 }];
        }

        public void Predict()
        {
            using var _ = no_grad();
            _network.eval();
            _network.call(_images).Dispose();
        }

        public void Step()
        {
            using var scope = NewDisposeScope();
            _network.train();
            foreach (var parameter in _groups[0].Parameters) parameter.grad = null;
            var loss = nn.functional.cross_entropy(_network.call(_images), _labels);
            loss.backward();
            _optimizer.Step(_groups);
            _ = loss.item<float>();
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _network.Dispose();
            _images.Dispose();
            _labels.Dispose();
        }
    }
}
