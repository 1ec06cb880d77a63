namespace TransferLearning.Tests.Probing;

public sealed class PermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void Every_number_comes_once(int count)
    {
        var permutation = new Permutation(count, key: 5);
        Enumerable.Range(0, count).Select(place => permutation[place]).Order().Should()
            .Equal(Enumerable.Range(0, count).Select(i => (long)i));
    }

    [Fact]
    public void The_key_decides_the_order()
    {
        var (one, other) = (Order(1), Order(2));
        one.Should().Equal(Order(1)).And.NotEqual(other).And.NotBeInAscendingOrder();

        static long[] Order(ulong key) => [.. Enumerable.Range(0, 50).Select(place => new Permutation(50, key)[place])];
    }

    [Fact]
    public void It_is_as_good_as_a_shuffle_to_the_eye()
    {
        // In a random order the first half of the places holds half of the small numbers, give or take 2 %.
        var permutation = new Permutation(100_000, key: 9);
        Enumerable.Range(0, 50_000).Count(place => permutation[place] < 50_000).Should().BeInRange(24_500, 25_500);
        // and neighbours are a third of the length apart.
        Enumerable.Range(0, 99_999).Average(place => Math.Abs(permutation[place] - permutation[place + 1])).Should()
            .BeInRange(32_500, 34_200);
    }

    [Fact]
    public void It_can_be_longer_than_memory_is_large()
    {
        var permutation = new Permutation(long.MaxValue / 2, key: 0);
        permutation[long.MaxValue / 2 - 1].Should().BeInRange(0, long.MaxValue / 2 - 1);
    }
}
