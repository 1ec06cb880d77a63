using System.Text.Json;

namespace TransferLearning.Vision.Tests;

public class PolicyTests
{
    private static readonly JsonElement Golden = GoldenImages.Read("policies.json");
    private static readonly JsonElement Torchvision = Golden.GetProperty("torchvision");
    private static readonly ImageSpec Spec = new();

    [Fact]
    public void Magnitudes_are_torchvisions()
    {
        Compare(new AugmentationSpace(31), Torchvision.GetProperty("rand_augment").GetProperty("space_31_bins_224x224"));
        Compare(AugmentationSpace.Wide(31), Torchvision.GetProperty("trivial_augment_wide").GetProperty("space_31_bins"));
        Compare(new AugmentationSpace(10), Torchvision.GetProperty("auto_augment").GetProperty("space_10_bins_224x224"));

        static void Compare(AugmentationSpace space, JsonElement table)
        {
            foreach (var row in table.EnumerateObject())
            {
                var operation = Enum.Parse<ImageOperation>(row.Name);
                operation.IsSigned().Should().Be(row.Value.GetProperty("signed").GetBoolean(), row.Name);
                var magnitudes = row.Value.GetProperty("magnitudes");
                operation.HasMagnitude().Should().Be(magnitudes.ValueKind == JsonValueKind.Array, row.Name);
                if (operation.HasMagnitude())
                    Enumerable.Range(0, space.Bins).Select(bin => (float)space.Magnitude(operation, bin, 224, 224))
                        .Should().Equal(magnitudes.EnumerateArray().Select(value => value.GetSingle()), row.Name);
            }
        }
    }

    [Fact]
    public void The_pairs_of_AutoAugment_are_torchvisions()
    {
        foreach (var policy in Enum.GetValues<AutoAugmentPolicy>())
            AutoAugment.Pairs(policy).SelectMany(pair => new[] { pair.First, pair.Second }).Should().Equal(
                Torchvision.GetProperty("auto_augment").GetProperty("policies")
                    .GetProperty(policy.ToString().ToLowerInvariant()).EnumerateArray().SelectMany(pair => pair.EnumerateArray())
                    .Select(step => new PolicyStep(
                        Enum.Parse<ImageOperation>(step[0].GetString()!), step[1].GetDouble(),
                        step[2].ValueKind == JsonValueKind.Null ? 0 : step[2].GetInt32())));
    }

    [Fact]
    public void Every_operation_gives_torchvisions_bytes()
    {
        foreach (var c in Golden.GetProperty("cases").EnumerateArray())
        {
            var image = GoldenImages.Input(Golden.GetProperty("images").GetProperty(c.Text("image")));
            var operation = Enum.Parse<ImageOperation>(c.Text("op"));
            var given = c.GetProperty("magnitude");
            var magnitude = 0.0;
            if (operation.HasMagnitude())
            {
                var space = c.Text("policy") == "rand_augment" ? new AugmentationSpace(31) : AugmentationSpace.Wide(31);
                magnitude = space.Magnitude(operation, c.Number("bin"), image.Width, image.Height) * (given.GetDouble() < 0 ? -1 : 1);
                magnitude.Should().Be(given.GetDouble(), c.GetRawText());
            }
            GoldenImages.Sha256(operation.Apply(image, magnitude, Interpolation.Nearest, default)).Should().Be(c.Sha256Of(), c.GetRawText());
        }
    }

    [Fact]
    public void RandAugment_does_so_many_operations_of_one_strength()
    {
        var image = GoldenImages.Input(Golden.GetProperty("images").GetProperty("photo"));
        for (var seed = 0UL; seed < 40; seed++)
        {
            var (random, same) = (new SplitMix64(seed), new SplitMix64(seed));
            var expected = image;
            for (var i = 0; i < 3; i++)
            {
                var operation = (ImageOperation)same.NextInt(14);
                var magnitude = new AugmentationSpace(31).Magnitude(operation, 20, 24, 24);
                if (operation.IsSigned() && same.NextInt(2) == 1) magnitude = -magnitude;
                expected = operation.Apply(expected, magnitude, Interpolation.Nearest, default);
            }
            new RandAugment { Operations = 3, Magnitude = 20 }.Apply(image, Spec, ref random).Pixels.ToArray()
                .Should().Equal(expected.Pixels.ToArray());
        }
    }

    [Fact]
    public void Pairs_are_done_as_often_as_their_probabilities_say()
    {
        var image = GoldenImages.Input(Golden.GetProperty("images").GetProperty("photo"));
        var random = new SplitMix64(5);
        var changed = 0;
        const int draws = 2000;
        for (var i = 0; i < draws; i++)
            if (!ReferenceEquals(new AutoAugment(AutoAugmentPolicy.Svhn).Apply(image, Spec, ref random), image)) changed++;
        var expected = AutoAugment.Pairs(AutoAugmentPolicy.Svhn)
            .Average(pair => 1 - (1 - pair.First.Probability) * (1 - pair.Second.Probability));
        ((double)changed / draws).Should().BeApproximately(expected, 0.04);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        ((Action)(() => _ = new RandAugment { Bins = 1 })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Bins*between 2*");
        ((Action)(() => _ = new AutoAugment((AutoAugmentPolicy)7))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => _ = new TrivialAugmentWide { Interpolation = Interpolation.Box })).Should().Throw<ArgumentOutOfRangeException>();
        var random = new SplitMix64(1);
        ((Action)(() => new RandAugment { Bins = 9 }.Apply(new(1, 1, new byte[3]), Spec, ref random))).Should()
            .Throw<InvalidOperationException>().WithMessage("*magnitude 9*number of bins, 9*");
    }
}
