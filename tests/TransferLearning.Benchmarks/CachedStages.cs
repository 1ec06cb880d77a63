using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>
/// Training the last stage and the head of ResNet-18 on cached maps of the stage before, against computing those in every epoch:
/// as the library does, and as a loop by hand does that freezes the same layers of the TorchVision package's network.
/// </summary>
internal static class CachedStages
{
    private const int Classes = 5, Steps = 3;

    public static int Run()
    {
        manual_seed(0);
        var options = new TrainerOptions { Epochs = 2, Optimizer = new Sgd(1e-3), Device = CPU };
        var labels = Enumerable.Range(0, Steps * options.BatchSize).Select(i => i % Classes).ToArray();
        using var images = randn(labels.Length, 3, 224, 224);
        var data = new TensorDataset(images, labels, [.. Enumerable.Range(0, Classes).Select(i => $"class {i}")]);
        using var network = VisionBackbones.Create("resnet18");
        using var backbone = new OnTensors(network);
        using var model = backbone.WithHead(new LinearHead(data.Targets.Names));
        using var byHand = new ByHand(images.split(options.BatchSize), tensor(labels, ScalarType.Int64).split(options.BatchSize));
        Times.InTurns(5,
            ("an epoch on cached maps", () => Epoch(options)),
            ("computed in every epoch", () => Epoch(options with { FeatureCacheBytes = 0 })),
            ("computed in every epoch, by hand", () => Times.Wall(byHand.Epoch)));
        return 0;

        // The second epoch: the first fills the cache.
        double Epoch(TrainerOptions run) => new Trainer(run, new LastStage()).Fit(model, data).Epochs[1].Seconds;
    }

    private sealed class LastStage : IFineTuneStrategy
    {
        public string Description => "trains the last stage and the head";

        public void Prepare(TrainingSession session)
        {
            foreach (var group in session.BackboneGroups.SkipLast(1)) group.Freeze();
        }
    }

    private sealed class ByHand : IDisposable
    {
        private readonly ResNet _network = torchvision.models.resnet18(num_classes: Classes);
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor[] _images, _labels;

        public ByHand(Tensor[] images, Tensor[] labels)
        {
            (_images, _labels) = (images, labels);
            _network.eval();
            foreach (var (name, layer) in _network.named_children())
            {
                var isTrained = name is "layer4" or "fc";
                layer.train(isTrained);
                foreach (var parameter in layer.parameters()) parameter.requires_grad_(isTrained);
            }
            _optimizer = optim.SGD(_network.parameters().Where(parameter => parameter.requires_grad), 1e-3, 0.9);
        }

        public void Epoch()
        {
            foreach (var (images, labels) in _images.Zip(_labels))
            {
                using var scope = NewDisposeScope();
                _optimizer.zero_grad();
                var loss = nn.functional.cross_entropy(_network.call(images), labels);
                loss.backward();
                _optimizer.step();
                _ = loss.item<float>();
            }
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _network.Dispose();
            foreach (var tensor in _images.Concat(_labels)) tensor.Dispose();
        }
    }
}
