using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class FeatureCacheTests
{
    [Theory]
    [MemberData(nameof(Recipes))]
    public void Cached_features_give_the_same_result_as_none(string recipe)
    {
        using var cached = new Experiment();
        using var computed = new Experiment();
        var report = cached.Fit(Experiment.Options, Strategies(recipe));
        var other = computed.Fit(Experiment.Options with { FeatureCacheBytes = 0 }, Strategies(recipe));

        report.FeatureCaches.Should().NotBeEmpty();
        other.FeatureCaches.Should().BeEmpty();
        foreach (var (one, two) in cached.Logits().Zip(computed.Logits())) one.Should().BeApproximately(two, 1e-6f);
        foreach (var (one, two) in report.Epochs.Zip(other.Epochs))
            one.Evaluation!.Loss.Should().BeApproximately(two.Evaluation!.Loss, 1e-6);
    }

    public static TheoryData<string> Recipes => ["head", "gradual", "first stage"];

    [Fact]
    public void Gradual_unfreezing_moves_the_cache_towards_the_input_stage_by_stage()
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(Experiment.Options with { Epochs = 4 }, new GradualUnfreezing());

        report.FeatureCaches.Select(cache => (cache.Data, cache.Stage, cache.Examples)).Should().Equal(
            ("training", "pooled features", 24), ("validation", "pooled features", 12), ("training", "stage1", 24), ("validation", "stage1", 12));
        const int target = 8;
        report.FeatureCaches.Select(cache => cache.Bytes).Should().Equal(
            24 * (12 * 4 + target), 12 * (12 * 4 + target), 24 * (8 * 16 * 4 + target), 12 * (8 * 16 * 4 + target));
    }

    [Fact]
    public void What_does_not_fit_is_tried_once_and_reported_with_0_examples()
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(Experiment.Options with { FeatureCacheBytes = 100 }, new FreezeBackbone());

        report.FeatureCaches.Should().HaveCount(2).And.OnlyContain(cache => cache.Examples == 0);
        report.FeatureCaches[0].Bytes.Should().Be(24 * 12 * 4);
        experiment.Progress.Entries.Where(entry => entry.Phase == TrainingPhase.CachingFeatures).Should()
            .BeEmpty("they do not fit, as the first batch tells");
    }

    [Fact]
    public void Training_and_validation_share_the_memory()
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(Experiment.Options with { FeatureCacheBytes = 24 * (12 * 4 + 8) + 100 }, new FreezeBackbone());
        report.FeatureCaches.Select(cache => cache.Examples).Should().Equal(24, 0);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    public void Targets_count_too_up_to_the_last_batch(int batchSize)
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(
            Experiment.Options with { BatchSize = batchSize, FeatureCacheBytes = 24 * (12 * 4 + 8) - 1 }, new FreezeBackbone());
        report.FeatureCaches.Select(cache => (cache.Data, cache.Examples, cache.Bytes)).Should()
            .Equal(("training", 0, 24 * (12 * 4 + 8)), ("validation", 12, 12 * (12 * 4 + 8)));
    }

    [Fact]
    public void Features_of_layers_that_are_trained_again_are_not_used()
    {
        using var cached = new Experiment();
        using var computed = new Experiment();
        // In turns the head alone, then all but the first stage, whose features do not fit.
        var turns = new Hook { OnEpoch = session => { if (session.Epoch % 2 == 1) session.BackboneGroups[1].Freeze(); } };
        var first = new Hook { OnPrepare = session => session.BackboneGroups[0].Freeze() };
        cached.Fit(Experiment.Options with { Epochs = 4, FeatureCacheBytes = 5000 }, first, turns);
        computed.Fit(Experiment.Options with { Epochs = 4, FeatureCacheBytes = 0 }, first, turns);

        foreach (var (one, two) in cached.Logits().Zip(computed.Logits())) one.Should().BeApproximately(two, 1e-6f);
    }

    [Fact]
    public void Inputs_that_change_from_epoch_to_epoch_are_not_cached()
    {
        using var experiment = new Experiment();
        var data = new FakeDataset(experiment.Train) { IsDeterministic = false };
        var report = new Trainer(Experiment.Options, new FreezeBackbone()).Fit(experiment.Model, data, experiment.Validation);
        report.FeatureCaches.Should().ContainSingle().Which.Data.Should().Be("validation");
    }

    private static IFineTuneStrategy[] Strategies(string recipe) => recipe switch
    {
        "head" => [new FreezeBackbone()],
        "gradual" => [new GradualUnfreezing()],
        _ => [new Hook { OnPrepare = session => session.BackboneGroups[0].Freeze() }],
    };
}
