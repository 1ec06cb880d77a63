using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

/// <summary>Samplers in a run.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class SamplingTests : IDisposable
{
    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void What_is_drawn_twice_is_not_computed_twice()
    {
        using var counting = new CountingBackbone();
        using var model = counting.Backbone.WithHead(new LinearHead(Experiment.Classes));
        var sampler = new WeightedSampler([.. Enumerable.Range(0, 24).Select(i => i < 4 ? 1.0 : 0)], draws: 40);
        var report = new Trainer(Experiment.Options with { Sampler = sampler }, new FreezeBackbone())
            .Fit(model, _experiment.Train, progress: _experiment.Progress);
        counting.Examples.Should().Be(24);
        _experiment.Progress.Steps.Should().HaveCount(3 * 5);
        report.Sampler.Should().Be("drawn by weight, 40 an epoch");
    }

    [Fact]
    public void A_balanced_sampler_evens_out_what_is_learnt_from()
    {
        List<long> labels = [];
        int[] uneven = [.. Enumerable.Range(0, 24).Where(i => i % 4 == 0 || i < 8)];
        var note = new Hook { OnStep = step => labels.AddRange(step.Batch.Target.Values.data<long>().ToArray()) };
        new Trainer(
            Experiment.Options with { Epochs = 1, BatchSize = 4, Sampler = new BalancedSampler() }, note).Fit(
                _experiment.Model, _experiment.Train.Subset(uneven));
        labels.Should().HaveCount(12);
        labels.CountBy(label => label).Should().OnlyContain(count => count.Value == 3);
    }

    [Theory]
    [InlineData("balanced")]
    [InlineData("weighted")]
    [InlineData("grouped")]
    public void A_run_with_a_sampler_is_resumed_to_the_same_bits(string kind)
    {
        using var folder = new TemporaryFolder();
        ISampler sampler = kind switch
        {
            "balanced" => new BalancedSampler(),
            "weighted" => new WeightedSampler([.. Enumerable.Range(1, 24).Select(i => (double)i)]),
            _ => new GroupedSampler([.. Enumerable.Range(0, 24).Select(i => i / 8)]),
        };
        var options = Experiment.Options with { Sampler = sampler };
        _experiment.Fit(options);
        var checkpointed = options with { Checkpoints = new(folder.File("run")) { Resume = true, Interval = TimeSpan.Zero } };
        using var stopped = new Experiment();
        stopped.Stop(checkpointed, step: 5);
        using var resumed = new Experiment();
        resumed.Fit(checkpointed);
        resumed.State().Should().BeEquivalentTo(_experiment.State());
        resumed.Invoking(e => e.Fit(checkpointed with { Sampler = new SequentialSampler() }))
            .Should().Throw<ArgumentException>().WithMessage("*sampler was '*' and is 'in order'*");
    }

    [Fact]
    public void Other_weights_and_groups_are_another_run()
    {
        using var folder = new TemporaryFolder();
        IEnumerable<int> examples = Enumerable.Range(0, 24);
        foreach (var (one, other) in new (ISampler, ISampler)[]
        {
            (new WeightedSampler([.. examples.Select(i => i + 1.0)]), new WeightedSampler([.. examples.Select(i => i + 2.0)])),
            (new GroupedSampler([.. examples.Select(i => i / 8)]), new GroupedSampler([.. examples.Select(i => i / 6)])),
        })
        {
            var options = Experiment.Options with { Sampler = one, Checkpoints = new(folder.File(one.Description)) { Resume = true } };
            _experiment.Fit(options);
            _experiment.Invoking(e => e.Fit(options with { Sampler = other })).Should().Throw<ArgumentException>()
                .WithMessage("*another run: checksum of the sampler was*");
        }
    }

    [Fact]
    public void A_sampler_that_gives_fewer_examples_than_it_announced_is_named() =>
        _experiment.Invoking(e => e.Fit(Experiment.Options with { Sampler = new Half() })).Should().Throw<InvalidOperationException>()
            .WithMessage("*'half' announced 24 examples an epoch and gave 12.");

    [Fact]
    public void A_sampler_that_does_not_fit_is_refused_before_training()
    {
        _experiment.Invoking(e => e.Fit(Experiment.Options with { Sampler = new WeightedSampler([1, 2]) }))
            .Should().Throw<ArgumentException>().WithMessage("The sampler has 2 weights and the training set 24 examples*");
        _experiment.Invoking(e => e.Fit(Experiment.Options with { Sampler = null! })).Should().Throw<ArgumentException>()
            .WithMessage("Sampler is null*");
        _experiment.Progress.Entries.Should().BeEmpty();
    }

    private sealed class Half : ISampler
    {
        public string Description => "half";

        public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random) => [.. Enumerable.Range(0, count / 2)];
    }
}
