using System.Text.Json;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Probing;

[NoTensorLeaks(MakesModels = true)]
public sealed class LinearProbeTests : IDisposable
{
    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    public void The_head_is_scikit_learns_on_the_features_of_the_frozen_backbone(double c)
    {
        using var scope = NewDisposeScope();
        using var loop = new GoldenLoop("frozen_eval");
        var optimum = GoldenCase.Open("training/loop_linear_probe").Json.GetProperty("logistic_regression").GetProperty("optimum")
            .GetProperty(FormattableString.Invariant($"C = {c:0.0}"));
        var report = new LinearProbe(new() { C = c, Device = CPU }).Fit(loop.Model, loop.Data);

        loop.Model.Head.get_parameter("weight")!.Should().BeWithin(1e-4, optimum.GetProperty("coef").Floats());
        loop.Model.Head.get_parameter("bias")!.Should().BeWithin(1e-3, optimum.GetProperty("intercept").Floats());
        report.StopReason.Should().Match("optimum reached in * iterations");
    }

    [Fact]
    public void The_report_is_that_of_a_run_of_one_epoch()
    {
        var report = Fit(new() { C = 5, Seed = 3, Device = CPU });

        report.Strategies.Should().Equal("linear probe, C 5");
        (report.Optimizer, report.Seed, report.Epochs.Count, report.WeightsFromEpoch, report.TrainCount).Should()
            .Be(("L-BFGS", 3, 1, 1, 24));
        report.FeatureCaches.Select(cache => (cache.Data, cache.Stage, cache.Examples)).Should()
            .Equal(("training", "pooled features", 24), ("validation", "pooled features", 12));
        report.Accuracy.Should().BeGreaterThan(0.7, "one in four is chance");
        report.Evaluation!.Loss.Should().BeApproximately(
            new Trainer(Experiment.Options).Evaluate(_experiment.Model, _experiment.Validation).Loss, 1e-6);
        report.Epochs[0].TrainLoss.Should().BeApproximately(
            new Trainer(Experiment.Options).Evaluate(_experiment.Model, _experiment.Train).Loss, 1e-6);

        using var folder = new TemporaryFolder();
        report.Save(folder.File("report.json"));
        var epoch = JsonDocument.Parse(File.ReadAllBytes(folder.File("report.json"))).RootElement.GetProperty("epochs")[0];
        epoch.EnumerateObject().Select(property => property.Name).Should()
            .Equal("epoch", "trainLoss", "validationLoss", "accuracy", "macroF1", "seconds");
    }

    [Fact]
    public void Without_a_C_it_is_chosen_and_the_report_says_how()
    {
        var report = Fit(new() { Folds = 3, Device = CPU });
        report.Strategies.Should().ContainSingle().Which.Should().Match("linear probe, C * by 3-fold cross-validation (0.01: *");
        var fits = _experiment.Progress.Entries.Where(entry => entry.Phase == TrainingPhase.Training)
            .Select(entry => (entry.Batch, entry.Batches)).ToArray();
        fits.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems().And.OnlyContain(fit => fit.Batches == 31);
        fits[^1].Batch.Should().Be(31);
        _experiment.Progress.Entries[^1].Completed.Should().Be(report.Epochs[0]);
    }

    [Fact]
    public void The_same_data_give_the_same_weights_and_the_backbone_is_left_alone()
    {
        using var other = new Experiment();
        var before = _experiment.State();
        Fit(new() { Device = CPU });
        new LinearProbe(new() { Device = CPU }).Fit(other.Model, other.Train);

        _experiment.State().Should().BeEquivalentTo(other.State(), options => options.WithStrictOrdering());
        foreach (var (name, bytes) in _experiment.State().Where(entry => entry.Key.StartsWith("backbone.", StringComparison.Ordinal)))
            bytes.Should().Equal(before[name], name);
    }

    [Fact]
    public void Class_weights_of_the_objective_count()
    {
        using var weighted = new Experiment(objective: new CrossEntropy { ClassWeights = [1, 1, 1, 50] });
        Fit(new() { C = 0.01, Device = CPU });
        new LinearProbe(new() { C = 0.01, Device = CPU }).Fit(weighted.Model, weighted.Train);
        Answers(weighted).Count(answer => answer == 3).Should().BeGreaterThan(Answers(_experiment).Count(answer => answer == 3));
    }

    [Fact]
    public void Cancelled_it_leaves_the_head_as_it_was()
    {
        using var cancellation = new CancellationTokenSource();
        var before = _experiment.State();
        var cancel = new ProgressAction(entry => { if (entry is { Phase: TrainingPhase.Training, Batch: 5 }) cancellation.Cancel(); });
        var fit = () => new LinearProbe(new() { Device = CPU }).Fit(_experiment.Model, _experiment.Train, null, cancel, cancellation.Token);

        fit.Should().Throw<OperationCanceledException>();
        _experiment.State().Should().BeEquivalentTo(before);
    }

    [Fact]
    public void What_it_cannot_fit_is_named()
    {
        using var smoothing = new Experiment(objective: new CrossEntropy { LabelSmoothing = 0.1 });
        Refuses(
            () => new LinearProbe().Fit(smoothing.Model, smoothing.Train), "*cross-entropy without label smoothing*objective is "
                + "cross-entropy, label smoothing 0.1*");
        var augmented = new FakeDataset(_experiment.Train) { IsDeterministic = false };
        Refuses(() => new LinearProbe().Fit(_experiment.Model, augmented), "*change from epoch to epoch*without augmentation*");
        Refuses(() => Fit(new() { FeatureCacheBytes = 100 }), "*training set take 1152 bytes and FeatureCacheBytes allows 100: raise it*");
        var wrong = new FakeDataset(_experiment.Train) { Change = batch => { batch.Target.Values.fill_(7); return batch; } };
        Refuses(() => new LinearProbe().Fit(_experiment.Model, wrong), "*class index 7 is outside 0..3*");
        _experiment.Images[0].fill_(float.NaN).Dispose();
        Refuses(() => Fit(new()), "Example 0 of the data set*holds NaN*");
    }

    [Fact]
    public void All_wrong_options_are_listed_at_once()
    {
        Refuses(() => Fit(new() { C = 0, Folds = 1, MaxIterations = 0, FeatureCacheBytes = 0 }),
            "C is 0; * Folds is 1; * MaxIterations is 0; * FeatureCacheBytes is 0; *");
        Refuses(() => Fit(new() { C = double.NaN }), "C is NaN; *");
        Refuses(() => Fit(new() { BatchSize = 0 }), "BatchSize is 0; *");
    }

    private TrainingReport Fit(LinearProbeOptions options) =>
        new LinearProbe(options).Fit(_experiment.Model, _experiment.Train, _experiment.Validation, _experiment.Progress);

    private static IEnumerable<int> Answers(Experiment experiment) =>
        experiment.Logits().Chunk(4).Select(row => Array.IndexOf(row, row.Max()));

    private static void Refuses(Action action, string message) => action.Should().Throw<ArgumentException>().WithMessage(message);

    private sealed class ProgressAction(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
