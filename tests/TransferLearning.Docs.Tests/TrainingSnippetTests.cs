using Snippets;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Docs.Tests;

/// <summary>What the page on training and the contributors' page show, on a small set of three classes.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class TrainingSnippetTests : IDisposable
{
    private static readonly string[] Classes = ["low", "middle", "high"];

    private readonly Tensor _values;
    private readonly TensorDataset _data;

    public TrainingSnippetTests()
    {
        using var generator = new Generator(1, CPU);
        _values = randn(120, 8, generator: generator).DetachFromDisposeScope();
        using var sums = _values.sum(1);
        _data = new TensorDataset(_values, [.. sums.data<float>().Select(sum => sum < -1.2 ? 0 : sum < 1.2 ? 1 : 2)], Classes);
    }

    [Fact]
    public void The_run_stops_for_the_reason_in_the_report()
    {
        using var model = Model();

        var report = Training.Run(model, _data, _data);

        report.Monitor.Should().Be("macroF1");
        report.StopReason.Should().BeOneOf("all epochs done", "no improvement in 3 epochs");
        report.WeightsFromEpoch.Should().Be(report.BestEpoch);
    }

    [Fact]
    public void Averages_accumulation_terms_of_the_loss_and_samplers_run()
    {
        using var teacher = Model();
        var sampled = Training.Samplers([.. Enumerable.Range(0, 120).Select(i => 1.0 + i)]).Select(
            options => new Trainer(options with { Epochs = 1 }));

        foreach (
            var trainer in (IEnumerable<Trainer>)[.. Training.Averages(), Training.Accumulate(), .. Training.Losses(teacher), .. sampled])
        {
            using var model = Model();
            trainer.Fit(model, _data, _data).Evaluation!.Loss.Should().BeLessThan(Math.Log(3));
        }
    }

    [Fact]
    public void Folds_of_features_are_learnt_with_every_seed()
    {
        using var backbone = Backbone();

        var accuracies = Training.Folds(backbone, _data);

        accuracies.Should().HaveCount(15);
        accuracies.Average().Should().BeGreaterThan(0.6);
    }

    [Fact]
    public void Objective_metric_and_strategy_of_ones_own_are_trained_saved_and_opened()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.safetensors");
        using var backbone = Backbone();

        var report = Training.OwnParts(backbone, _data, _data, path);
        using var opened = Training.OpenOwnParts(Backbone(), path);

        report.Strategies.Should().Equal("confidence penalty 0.1");
        report.BestEpoch.Should().Be(report.Epochs.MaxBy(epoch => epoch.Evaluation!["top2"])!.Epoch);
        opened.Replacer.Objective.Should().Be(new FocalLoss(2));
        opened.Replacer.Metrics.Should().Equal(new TopAccuracy(2), new ClassificationMetric());
        new Trainer(new TrainerOptions()).Evaluate(opened, _data).Should().BeEquivalentTo(report.Evaluation);
    }

    [Fact]
    public void Head_of_ones_own_is_trained_saved_and_opened()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("own.safetensors");
        using var model = Backbone().WithHead(new TwoLayerHead(Classes, width: 16), ownsBackbone: true);

        var report = new Trainer(new TrainerOptions { Epochs = 20, Optimizer = new AdamW(0.01) }).Fit(model, _data, _data);
        model.Save(path);
        using var opened = Training.OpenOwnParts(Backbone(), path);

        report.Head.Should().Be("two-layer");
        report.Accuracy.Should().BeGreaterThan(0.9);
        new Trainer(new TrainerOptions()).Evaluate(opened, _data).Should().BeEquivalentTo(report.Evaluation);
    }

    [Fact]
    public void The_mean_of_heads_outlives_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        float[] Train(int stopAfter, CheckpointOptions? checkpoints)
        {
            using var model = Model();
            using var cancellation = new CancellationTokenSource();
            var progress = new ImmediateProgress(now => { if (now.Epoch > stopAfter) cancellation.Cancel(); });
            var options = new TrainerOptions { Epochs = 4, Checkpoints = checkpoints };
            var fit = () => new Trainer(options, new Checkpoints.MeanOfHeads()).Fit(model, _data, null, progress, cancellation.Token);
            if (stopAfter < 4) fit.Should().Throw<OperationCanceledException>();
            else fit();
            return model.Head.get_parameter("weight")!.data<float>().ToArray();
        }
        var whole = Train(stopAfter: 4, null);

        Train(stopAfter: 2, new CheckpointOptions(folder.Path));

        Train(stopAfter: 4, new CheckpointOptions(folder.Path) { Resume = true }).Should().Equal(whole);
    }

    public void Dispose() => _values.Dispose();

    private static ModuleBackbone Backbone()
    {
        manual_seed(0);
        return new ModuleBackbone("mine", nn.Sequential(nn.Linear(8, 16), nn.ReLU()), 16);
    }

    private static TransferModel Model() => Backbone().WithHead(new LinearHead(Classes), ownsBackbone: true);
}
