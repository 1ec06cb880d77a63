using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

public class GroupSplitTests
{
    [Theory]
    [InlineData(0.8)]
    [InlineData(0.5)]
    [InlineData(0.33)]
    public void No_group_is_on_both_sides_and_the_sizes_are_the_nearest(double share)
    {
        int[] sizes = [7, 1, 4, 4, 9, 2, 3];
        string[] groups = [.. sizes.SelectMany((size, group) => Enumerable.Repeat($"g{group}", size))];
        for (var seed = 0; seed < 20; seed++)
        {
            var (first, second) = Positions(groups.Length).SplitByGroup(share, groups, seed);
            var (one, two) = (Of(first), Of(second));
            one.Concat(two).Order().Should().Equal(Enumerable.Range(0, groups.Length));
            one.Select(i => groups[i]).Intersect(two.Select(i => groups[i])).Should().BeEmpty();
            one.Length.Should().Be((int)Math.Round(share * groups.Length), "these sizes reach every sum");
        }
    }

    [Fact]
    public void A_sum_that_whole_groups_do_not_reach_is_approached()
    {
        string[] groups = ["a", "a", "a", "a", "a", "a", "a", "b", "b", "b"];
        var (first, second) = Positions(10).SplitByGroup(0.9, groups);
        (first.Count, second.Count).Should().Be((7, 3));
        (first, second) = Positions(10).SplitByGroup(0.01, groups);
        (first.Count, second.Count).Should().Be((3, 7));
    }

    [Fact]
    public void Seed_and_groups_decide()
    {
        string[] groups = [.. Enumerable.Range(0, 40).Select(i => $"{i / 2}")];
        int[] Draw(long seed) => Of(Positions(40).SplitByGroup(0.5, groups, seed).First);
        Draw(1).Should().Equal(Draw(1));
        Draw(1).Should().NotEqual(Draw(2));
    }

    [Fact]
    public void What_cannot_be_split_is_refused()
    {
        FluentActions.Invoking(() => Positions(2).SplitByGroup(0.5, ["a", "a"])).Should().Throw<ArgumentException>().WithMessage("*one group*");
        FluentActions.Invoking(() => Positions(2).SplitByGroup(0.5, ["a"])).Should().Throw<ArgumentException>().WithMessage("*2 examples and 1 groups*");
        FluentActions.Invoking(() => Positions(2).SplitByGroup(0.5, ["a", null!])).Should().Throw<ArgumentException>().WithMessage("*Element 1*");
        FluentActions.Invoking(() => Positions(2).SplitByGroup(1, ["a", "b"])).Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>A data set whose examples are their own classes.</summary>
    private static ExampleDataset Positions(int count) => new(
        count, i => (new(tensor((float)i)), new(tensor((long)i))), Targets.Classes([.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count).Select(i => $"{i}")]));

    private static int[] Of(ExampleDataset data) => [.. ((ClassTargets)data.Targets).Indices];
}
