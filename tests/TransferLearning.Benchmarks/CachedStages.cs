using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>Training the last stage and the head of ResNet-18 on cached maps of the stage before, against computing those in every epoch.</summary>
internal static class CachedStages
{
    private const int Examples = 96;

    public static int Run()
    {
        manual_seed(0);
        var labels = Enumerable.Range(0, Examples).Select(i => i % 5).ToArray();
        using var images = randn(Examples, 3, 224, 224);
        var data = new TensorDataset(images, labels, [.. Enumerable.Range(0, 5).Select(i => $"class {i}")]);
        using var network = VisionBackbones.Create("resnet18");
        using var backbone = new OnTensors(network);
        using var model = backbone.WithHead(new LinearHead(data.ClassNames));
        Times.InTurns(5, ("an epoch on cached maps", () => Epoch(new TrainerOptions().FeatureCacheBytes)), ("computed in every epoch", () => Epoch(0)));
        return 0;

        // The second epoch: the first fills the cache.
        double Epoch(long cacheBytes) =>
            new Trainer(new TrainerOptions { Epochs = 2, BatchSize = 16, Optimizer = new Sgd(1e-3), FeatureCacheBytes = cacheBytes, Device = CPU }, new LastStage())
                .Fit(model, data).Epochs[1].Seconds;
    }

    private sealed class LastStage : IFineTuneStrategy
    {
        public string Description => "trains the last stage and the head";

        public void Prepare(TrainingSession session)
        {
            foreach (var group in session.BackboneGroups.SkipLast(1)) group.IsFrozen = true;
        }
    }
}
