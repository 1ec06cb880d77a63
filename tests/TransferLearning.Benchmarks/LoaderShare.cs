using System.Diagnostics;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>How long training waits for its batches of photographs, EfficientNet-Lite0 with every layer trained.</summary>
internal static class LoaderShare
{
    public static int Run()
    {
        var train = ImageFolder.Open(TestFiles.Data("flowers/train"));
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var model = backbone.WithHead(new LinearHead(train.Targets.Names));
        var waiting = new Waiting();
        var report = new Trainer(new TrainerOptions { Epochs = 2 }, new FreezeBatchNorm(), waiting)
            .Fit(model, train.WithAugmentation(new RandomResizedCrop(), new RandomHorizontalFlip()));
        var epochs = report.Epochs.Sum(epoch => epoch.Seconds);
        Console.WriteLine(
            FormattableString.Invariant($"{waiting.Clock.Elapsed.TotalSeconds:F2} s of {epochs:F1} s, {waiting.Clock.Elapsed.TotalSeconds / epochs:P1}, training waits for batches"));
        return 0;
    }

    private sealed class Waiting : IFineTuneStrategy
    {
        public string Description => "measures how long training waits for its batches";

        public Stopwatch Clock { get; } = new();

        public void BeforeEpoch(TrainingSession session) => Clock.Start();

        public void Step(TrainingStep step, Action next)
        {
            Clock.Stop();
            next();
        }

        public void AfterStep(TrainingStep step) => Clock.Start();

        public void AfterEpoch(TrainingSession session, EpochReport epoch) => Clock.Stop();
    }
}
