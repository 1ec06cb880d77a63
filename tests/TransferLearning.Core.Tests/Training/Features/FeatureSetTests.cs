using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class FeatureSetTests : IDisposable
{
    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void Five_folds_and_five_seeds_compute_each_feature_once()
    {
        using var counting = new CountingBackbone();
        using var model = counting.Backbone.WithHead(new LinearHead(Experiment.Classes));
        using var features = FeatureSet.Compute(model, _experiment.Train, options: Experiment.Options);
        foreach (var (train, validation) in features.Folds(5))
        {
            using var probed = counting.Backbone.WithHead(new LinearHead(Experiment.Classes));
            new LinearProbe(new() { C = 1, Device = CPU }).Fit(probed, train, validation).Evaluation!.Count.Should().BeInRange(4, 5);
        }
        for (var seed = 0; seed < 5; seed++)
        {
            using var trained = counting.Backbone.WithHead(new LinearHead(Experiment.Classes));
            new Trainer(Experiment.Options with { Seed = seed }, new FreezeBackbone()).Fit(trained, features).FeatureCaches
                .Should().BeEmpty("they are there already");
        }
        counting.Examples.Should().Be(24);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(1, false)]
    [InlineData(null, true)]
    public void Training_on_features_gives_the_same_bits_as_training_with_the_cache(int? stage, bool byLength)
    {
        using var other = new Experiment(dropout: 0.2);
        using var cached = new Experiment(dropout: 0.2);
        IDataset Train(Experiment of) =>
            byLength ? new FakeDataset(of.Train) { Lengths = [.. Enumerable.Range(0, 24).Select(i => i * 7 % 10)] } : of.Train;
        IFineTuneStrategy strategy = stage is null
            ? new FreezeBackbone()
            : new Hook { OnPrepare = session => session.BackboneGroups[0].Freeze() };
        var report = new Trainer(Experiment.Options, strategy).Fit(cached.Model, Train(cached), cached.Validation);
        report.FeatureCaches.Should().HaveCount(2);

        using var train = FeatureSet.Compute(other.Model, Train(other), stage, Experiment.Options);
        using var validation = FeatureSet.Compute(other.Model, other.Validation, stage, Experiment.Options);
        var onFeatures = new Trainer(Experiment.Options, strategy).Fit(other.Model, train, validation);
        other.State().Should().BeEquivalentTo(cached.State());
        onFeatures.Evaluation!.Loss.Should().Be(report.Evaluation!.Loss);
    }

    [Fact]
    public void Layers_before_its_stage_cannot_be_trained()
    {
        using var features = FeatureSet.Compute(_experiment.Model, _experiment.Train, 1, Experiment.Options);
        (features.Stage, features.Count, features.Bytes).Should().Be((1, 24, 24L * (8 * 16 * 4 + 8)));
        FluentActions.Invoking(() => new Trainer(Experiment.Options).Fit(_experiment.Model, features)).Should().Throw<ArgumentException>()
            .WithMessage(
                "The training set holds features of 'stage1', and layers before it are trained: freeze them, or give the examples "
                + "themselves.");
        FluentActions.Invoking(() => new Trainer(Experiment.Options, new GradualUnfreezing()).Fit(_experiment.Model, features))
            .Should().Throw<ArgumentException>("they are in the third epoch");
        FluentActions.Invoking(
            () => new Trainer(Experiment.Options, new FreezeBackbone(), new NeedsInputs()).Fit(_experiment.Model, features))
            .Should().Throw<ArgumentException>()
            .WithMessage("*needs the examples themselves*holds features of*");
    }

    [Fact]
    public void What_its_model_reads_is_what_it_holds()
    {
        using var features = FeatureSet.Compute(_experiment.Model, _experiment.Train, options: Experiment.Options);
        using var some = features.Features([5, 0]);
        using var ofSubset = features.Subset([3, 5, 0]).Features([1, 2]);
        using (NewDisposeScope())
        using (no_grad())
        {
            some.Values.Should().BeWithin(1e-6, _experiment.Backbone.Extract(_experiment.Images[tensor([5L, 0])]));
            ofSubset.Values.Should().BeIdenticalTo(some.Values);
        }
        features.Subset([1, 0]).Checksum.Should().NotBe(features.Subset([0, 1]).Checksum).And.NotBe(features.Checksum);
        new Trainer(Experiment.Options).Evaluate(_experiment.Model, features).Loss
            .Should().BeApproximately(new Trainer(Experiment.Options).Evaluate(_experiment.Model, _experiment.Train).Loss, 1e-6);
    }

    [Fact]
    public void What_cannot_be_kept_is_named()
    {
        Refuses(
            () => FeatureSet.Compute(_experiment.Model, new FakeDataset(_experiment.Train) { IsDeterministic = false }), "*change from epoch to epoch*");
        Refuses(() => FeatureSet.Compute(_experiment.Model, _experiment.Train, options: new() { FeatureCacheBytes = 100 }),
            "*take 1152 bytes and FeatureCacheBytes allows 100*");
        Refuses(() => FeatureSet.Compute(_experiment.Model, _experiment.Train, stage: 4), "*The model has the stages 0 to 3.*");
        var left = new ExampleDataset(2, i => (new(zeros(3, 12), tensor(new[] { false, true, true })), tensor(0L)), new UnlistedTargets());
        using var sequences = new ModuleBackbone("sequences", nn.Identity(), 12);
        using var model = sequences.WithHead(new LinearHead(["a", "b"]));
        Refuses(
            () => FeatureSet.Compute(model, left, stage: 1), "*features of 'body' cannot be kept, since their padding is not on the "
                + "right*");
    }

    private static void Refuses(Action compute, string message) => compute.Should().Throw<ArgumentException>().WithMessage(message);

    private sealed class NeedsInputs : IFineTuneStrategy
    {
        public string Description => "needs inputs";

        public void Prepare(TrainingSession session) => session.RequireInputs("A test");
    }
}
