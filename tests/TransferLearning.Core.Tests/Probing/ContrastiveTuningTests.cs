using System.Collections.Concurrent;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Probing;

[NoTensorLeaks(MakesModels = true)]
public sealed class ContrastiveTuningTests : IDisposable
{
    private static readonly ContrastiveTuningOptions Options = new() { Optimizer = new AdamW(1e-2), Device = CPU };

    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void Features_of_a_class_come_nearer_to_each_other_than_to_others()
    {
        var before = Separation();
        var report = new ContrastiveTuning(Options with { Epochs = 2 }).Fit(_experiment.Backbone, _experiment.Train, _experiment.Progress);

        Separation().Should().BeGreaterThan(before + 0.2);
        report.Epochs[1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss);
        report.Strategies.Should().Equal("contrastive tuning, 864 pairs", "linear decay, warm-up 0.1");
        (report.TrainCount, report.Evaluation, report.Objective).Should().Be((24, null, "squared error of the cosine similarity"));
        _experiment.Backbone.Module.training.Should().BeFalse();
    }

    [Fact]
    public void Steps_are_counted_over_epochs()
    {
        var tuning = new ContrastiveTuning(Options with { MaxSteps = 5 });
        tuning.Fit(_experiment.Backbone, _experiment.Train, _experiment.Progress);
        _experiment.Progress.Steps.Should().HaveCount(5);

        var report = new ContrastiveTuning(
            Options with { MaxSteps = 1000, Epochs = 2, PairsPerExample = 1 }).Fit(_experiment.Backbone, _experiment.Train);
        report.Strategies[0].Should().Be("contrastive tuning, 96 pairs");
    }

    [Fact]
    public void A_batch_holds_each_of_its_examples_once_but_for_pairs_of_one_with_itself()
    {
        ConcurrentBag<float[]> batches = [];
        var watched = new FakeDataset(_experiment.Train)
        {
            Change = batch =>
            {
                using var scope = NewDisposeScope();
                batches.Add(batch.Input.Values.flatten(1).sum(1).data<float>().ToArray());
                return batch;
            },
        };
        new ContrastiveTuning(Options with { MaxSteps = 20, Sampling = PairSampling.Undersampling }).Fit(_experiment.Backbone, watched);

        batches.Should().HaveCount(11, "these are all 168 pairs");
        // Of 24 examples 32 places in 16 pairs; a pair of one example with itself has two rows.
        batches.Should().OnlyContain(rows => rows.Length <= 24 + 16 && rows.GroupBy(row => row).All(twins => twins.Count() <= 1 + 16));
        batches.Average(rows => rows.Length).Should().BeLessThan(24);
    }

    [Fact]
    public void The_seed_decides_the_result_and_the_loader_threads_do_not()
    {
        using var other = new Experiment();
        new ContrastiveTuning(Options with { MaxSteps = 8, LoaderThreads = 0 }).Fit(_experiment.Backbone, _experiment.Train);
        new ContrastiveTuning(Options with { MaxSteps = 8, LoaderThreads = 3 }).Fit(other.Backbone, other.Train);
        foreach (var (name, bytes) in _experiment.State()) bytes.Should().Equal(other.State()[name], name);
    }

    [Fact]
    public void Strategies_can_freeze_layers()
    {
        var before = _experiment.State();
        new ContrastiveTuning(Options with { MaxSteps = 3 }, new Hook { OnPrepare = session => session.BackboneGroups[0].Freeze() })
            .Fit(_experiment.Backbone, _experiment.Train);
        foreach (var (name, bytes) in _experiment.State().Where(entry => entry.Key.StartsWith("backbone.stage1", StringComparison.Ordinal)))
            bytes.Should().Equal(before[name], name);
    }

    [Fact]
    public void What_cannot_work_is_named()
    {
        Refuses(Options, _experiment.Train.Subset([0, 4, 8]), "*examples of at least two; the data set has 3 examples of 1*");
        Refuses(Options with { Epochs = 0, MaxSteps = 0, PairsPerExample = 0, Warmup = 1, Sampling = (PairSampling)9 }, _experiment.Train,
            "Epochs is 0; * MaxSteps is 0; * PairsPerExample is 0; * Sampling is 9, *Warmup is 1; *");
        Refuses(Options with { BatchSize = 0 }, _experiment.Train, "BatchSize is 0; *");
        var many = new FakeDataset(_experiment.Train)
        {
            Targets = Targets.Classes([.. Enumerable.Range(0, 100_000).Select(i => i % 2)], ["a", "b"]), Count = 100_000
        };
        Refuses(Options, many, "100000 examples form 5000100000 pairs, too many for a run: set MaxSteps or PairsPerExample.");
    }

    private void Refuses(ContrastiveTuningOptions options, IDataset data, string message)
    {
        var fit = () => new ContrastiveTuning(options).Fit(_experiment.Backbone, data);
        fit.Should().Throw<ArgumentException>().WithMessage(message);
    }

    /// <summary>Mean cosine of training images of one class less that of two classes.</summary>
    private double Separation()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _experiment.Model.Eval();
        var features = nn.functional.normalize(_experiment.Backbone.Extract(_experiment.Images[..24]), 2, 1);
        var cosines = features.mm(features.t()).data<float>().ToArray();
        var pairs = Enumerable.Range(0, 24 * 24).ToLookup(pair => pair / 24 % 4 == pair % 24 % 4, pair => (double)cosines[pair]);
        return pairs[true].Average() - pairs[false].Average();
    }
}
