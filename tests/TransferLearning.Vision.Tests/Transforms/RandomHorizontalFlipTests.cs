namespace TransferLearning.Vision.Tests;

public class RandomHorizontalFlipTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.2, 0.02)]
    [InlineData(0.5, 0.025)]
    [InlineData(1, 0)]
    public void Flips_as_often_as_the_probability_says(double probability, double tolerance)
    {
        var image = new RgbImage(2, 1, [1, 1, 1, 2, 2, 2]);
        var flip = new RandomHorizontalFlip { Probability = probability };
        var random = new SplitMix64(42);
        var flipped = 0;
        for (var i = 0; i < 10_000; i++)
            if (flip.Apply(image, new(), ref random).Pixels[0] == 2) flipped++;
        (flipped / 10_000.0).Should().BeApproximately(probability, tolerance);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_probability_lies_between_0_and_1(double probability) =>
        ((Action)(() => _ = new RandomHorizontalFlip { Probability = probability })).Should().Throw<ArgumentOutOfRangeException>();
}
