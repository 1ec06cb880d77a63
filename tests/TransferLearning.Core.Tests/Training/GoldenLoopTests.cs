using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

/// <summary>Whole fine-tuning runs against PyTorch's.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class GoldenLoopTests
{
    [Fact]
    public void Full_fine_tuning()
    {
        using var loop = new GoldenLoop("full");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.1, 0.9, 1e-3) { DecaysVectors = true } });
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void Frozen_backbone_with_and_without_cached_features(long cacheBytes)
    {
        using var loop = new GoldenLoop("frozen_eval");
        var report = loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.5), FeatureCacheBytes = cacheBytes }, new FreezeBackbone());

        loop.ShouldGiveTheReferencesNumbers();
        report.FeatureCaches.Sum(cache => cache.Examples).Should().Be(cacheBytes > 0 ? 40 : 0);
        using var bug = new GoldenLoop("frozen_train_mode");
        using var logits = loop.Logits();
        var confused = () => logits.Should().BeWithin(0.1, bug.ReferenceLogits);
        confused.Should().Throw<Xunit.Sdk.XunitException>("batch norm of a frozen layer in training mode is the classic bug");
    }

    [Fact]
    public void A_learning_rate_for_each_group()
    {
        using var loop = new GoldenLoop("discriminative");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.2) }, new Discriminative(0.8));
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Fact]
    public void Gradual_unfreezing()
    {
        using var loop = new GoldenLoop("gradual_unfreezing");
        loop.Fit(new TrainerOptions { Optimizer = new AdamW(0.02) { DecaysVectors = true } }, new GradualUnfreezing());
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Theory]
    [InlineData("no_decay_for_1d", false)]
    [InlineData("decay_for_all", true)]
    public void Weight_decay_of_vectors(string name, bool decaysVectors)
    {
        using var loop = new GoldenLoop(name);
        loop.Fit(new TrainerOptions { Optimizer = new AdamW(0.01, 0.5) { DecaysVectors = decaysVectors } });
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Fact]
    public void Cosine_decay_after_a_warm_up()
    {
        using var loop = new GoldenLoop("cosine_warmup");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.2) }, new CosineDecay(warmup: 0.2));
        loop.ShouldGiveTheReferencesNumbers();
        loop.ShouldHaveTheReferencesRates();
    }

    [Fact]
    public void Gradient_clipping()
    {
        using var loop = new GoldenLoop("clipping");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.3), ClipGradientNorm = 0.25 });
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Fact]
    public void Label_smoothing_and_class_weights()
    {
        using var loop = new GoldenLoop("smoothing_weights", new CrossEntropy { LabelSmoothing = 0.1, ClassWeights = [1, 2, 0.5f, 1] });
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.1) });
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Fact]
    public void A_frozen_backbone_whose_batch_norms_are_trained()
    {
        using var loop = new GoldenLoop("frozen_fastai");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.1) }, new FreezeParameters(
            parameter => parameter.Name.Contains(".conv", StringComparison.Ordinal), "convolutions"));
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Fact]
    public void A_moving_average_of_the_weights()
    {
        using var loop = new GoldenLoop("ema");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.1, 0.9, 1e-3) { DecaysVectors = true } }, new ExponentialAveraging(0.9));
        loop.ShouldHaveTheReferencesLosses();
        using var logits = loop.Logits();
        logits.Should().BeWithin(5.2e-6, [.. loop.Numbers("ema_eval_logits").Select(logit => (float)logit)]);
    }

    [Fact]
    public void Mixed_examples()
    {
        using var loop = new GoldenLoop("mixup");
        loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.1) }, new MixedBy(loop.Numbers("lambdas")));
        loop.ShouldGiveTheReferencesNumbers();
    }

    [Fact]
    public void Two_batches_a_step()
    {
        using var loop = new GoldenLoop("accumulation");
        var report = loop.Fit(new TrainerOptions { Optimizer = new Sgd(0.1) }, batchesPerStep: 2, new GradientAccumulation(2));
        foreach (var (epoch, losses) in report.Epochs.Zip(loop.Numbers("losses").Chunk(5)))
            epoch.TrainLoss.Should().BeApproximately(losses.Average(), 1e-5);
        loop.ShouldEndAsTheReference();
    }

    /// <summary>Mixup with given shares, one for each step.</summary>
    private sealed class MixedBy(double[] shares) : IFineTuneStrategy
    {
        public string Description => "mixup by given shares";

        public void Step(TrainingStep step, Action next)
        {
            step.Batch = new Mixup { Flips = true }.Mix(step.Batch, shares[step.Session.Step], 4);
            next();
        }
    }

    /// <summary>A strategy of one's own: every group nearer to the input learns more slowly.</summary>
    private sealed class Discriminative(double decay) : IFineTuneStrategy
    {
        public string Description => $"discriminative learning rates, decay {decay}";

        public void Prepare(TrainingSession session)
        {
            var groups = session.BackboneGroups;
            for (var i = 0; i < groups.Count; i++) groups[i].LearningRateFactor = Math.Pow(decay, groups.Count - i);
        }
    }
}
