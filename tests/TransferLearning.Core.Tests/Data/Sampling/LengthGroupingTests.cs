namespace TransferLearning.Tests.Data;

public class LengthGroupingTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(3, 4)]
    [InlineData(9, 4)]
    [InlineData(1003, 8)]
    public void Grouping_keeps_every_example_and_pads_less(int count, int batchSize)
    {
        var random = new SplitMix64(1);
        int[] lengths = [.. Enumerable.Range(0, count).Select(_ => 1 + random.NextInt(100))];
        int[] shuffled = [.. Enumerable.Range(0, count)];
        random.Shuffle<int>(shuffled);
        int[] order = [.. shuffled];

        LengthGrouping.Group(order, lengths, batchSize, ref random);

        order.Order().Should().Equal(Enumerable.Range(0, count));
        Padded(order).Should().BeLessThanOrEqualTo(Padded(shuffled));
        if (count > 1000)
        {
            Padded(order).Should().BeLessThan(lengths.Sum() * 11 / 10);
            order.Chunk(batchSize).Select(batch => lengths[batch[0]]).Should().NotBeInDescendingOrder("batches come in random order");
        }

        int Padded(int[] of) => of.Chunk(batchSize).Sum(batch => batch.Max(i => lengths[i]) * batch.Length);
    }

    [Fact]
    public void Sorting_is_from_long_to_short_and_stable()
    {
        int[] order = [0, 1, 2, 3, 4];
        LengthGrouping.Sort(order, [2, 9, 2, 5, 9]);
        order.Should().Equal(1, 4, 3, 0, 2);
    }
}
