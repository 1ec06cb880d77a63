namespace TransferLearning.Tests.Data;

public sealed class ShuffledClassesTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    public void Every_part_has_its_share_of_every_class_and_of_the_whole(int folds)
    {
        int[] labels = [.. Enumerable.Repeat(0, 23), .. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(2, 3), 3];
        var parts = ShuffledClasses.Parts(labels, folds, seed: 0);

        foreach (var members in parts.Zip(labels).GroupBy(example => example.Second))
            Sizes(members.Select(example => example.First), folds).Should()
                .OnlyContain(size => size == members.Count() / folds || size == members.Count() / folds + 1);
        Sizes(parts, folds).Should().OnlyContain(size => size == 37 / folds || size == 37 / folds + 1);
    }

    [Fact]
    public void The_seed_decides_alone()
    {
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        ShuffledClasses.Parts(labels, 5, seed: 1).Should().Equal(ShuffledClasses.Parts(labels, 5, seed: 1))
            .And.NotEqual(ShuffledClasses.Parts(labels, 5, seed: 2));
    }

    private static IEnumerable<int> Sizes(IEnumerable<int> parts, int folds) =>
        Enumerable.Range(0, folds).Select(fold => parts.Count(part => part == fold));
}
