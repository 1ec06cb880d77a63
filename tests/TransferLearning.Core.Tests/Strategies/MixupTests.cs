using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

public sealed class MixupTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("images/mix");

    [Theory]
    [InlineData("mixup_0.3", 0.3, false)]
    [InlineData("mixup_0.85", 0.85, false)]
    [InlineData("timm_mixup_0.3", 0.3, true)]
    [InlineData("timm_mixup_0.85", 0.85, true)]
    public void Images_and_targets_are_mixed_as_the_reference_mixes_them(string output, double share, bool flips)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Json.GetProperty("cases").EnumerateArray().Single(one => one.GetProperty("output").GetString() == output);
        using var images = Formula.Input(Golden.Json.GetProperty("input"));
        using var labels = tensor(Golden.Json.GetProperty("labels").Integers().Select(label => (long)label).ToArray());

        // Torchvision gives the share of the one before, timm that of the example itself.
        var mixed = new Mixup { Flips = flips }.Mix(new Batch(images, labels), share, 5);

        mixed.Input.Values.flatten().Should().BeWithin(Golden.Tolerance, Golden.Tensor(output));
        if (!flips)
            mixed.Target.Values.flatten().Should().BeWithin(
                Golden.Tolerance, [.. golden.GetProperty("targets").EnumerateArray().SelectMany(row => row.Floats())]);
        mixed.Target.Values.sum(1).Should().BeWithin(1e-6, [1, 1, 1, 1]);
    }

    [Fact]
    public void Shares_follow_the_beta_distribution()
    {
        var source = new RandomSource(3);
        foreach (var alpha in (double[])[0.2, 1, 4])
        {
            var shares = Enumerable.Range(0, 20_000).Select(_ => BetaDistribution.Draw(alpha, source)).ToArray();

            shares.Should().OnlyContain(share => share >= 0 && share <= 1);
            shares.Average().Should().BeApproximately(0.5, 0.01);
            shares.Average(share => Math.Pow(share - 0.5, 2)).Should()
                .BeApproximately(1 / (4 * (2 * alpha + 1)), 0.005, "the variance of Beta(a, a)");
        }
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_run_sees_which_stage_is_mixed_and_is_repeated_to_the_last_bit()
    {
        var stages = new HashSet<int>();
        using var first = new Experiment();
        using var second = new Experiment();
        using var frozen = new Experiment();

        first.Fit(null, new Mixup(), new Stages(stages));
        second.Fit(null, new Mixup());
        stages.Should().Equal(0);
        frozen.Fit(null, new FreezeBackbone(), new Mixup(), new Stages(stages));

        first.State().Should().BeEquivalentTo(second.State());
        stages.Should().BeEquivalentTo([0, 3], "features of frozen layers are mixed where they are kept");
        FluentActions.Invoking(() => new Mixup(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Token_ids_cannot_be_mixed()
    {
        using var scope = NewDisposeScope();
        using var batch = new Batch(ones(2, 3, ScalarType.Int64), tensor(new long[] { 0, 1 }));

        FluentActions.Invoking(() => new Mixup().Mix(batch, 0.5, 2)).Should().Throw<ArgumentException>().WithMessage("*Int64*");
    }

    private sealed class Stages(HashSet<int> seen) : IFineTuneStrategy
    {
        public string Description => "stages";

        public void AfterStep(TrainingStep step) => seen.Add(step.Stage);
    }
}
