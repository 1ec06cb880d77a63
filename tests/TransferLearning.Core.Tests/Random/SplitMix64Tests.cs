namespace TransferLearning.Tests.Random;

public sealed class SplitMix64Tests
{
    [Fact]
    public void The_stream_of_zeros_is_the_papers()
    {
        var random = new SplitMix64(0);
        new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64() }.Should().Equal(0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4,
            0x06C45D188009454F);
    }

    [Fact]
    public void Streams_stay_as_they_are_from_version_to_version()
    {
        var random = new SplitMix64(42, 1, 7);
        random.NextUInt64().Should().Be(11160870839564996278);
    }

    [Fact]
    public void Every_address_has_a_stream_of_its_own()
    {
        var firsts =
            from seed in Enumerable.Range(0, 8) from epoch in Enumerable.Range(0, 8) from index in Enumerable.Range(0, 64)
            select new SplitMix64((ulong)seed, (ulong)epoch, (ulong)index).NextUInt64();
        firsts.Should().OnlyHaveUniqueItems();
        new EpochSeed(3, 4).ForExample(5).Should().Be(new SplitMix64(3, 4, 5));
    }

    [Fact]
    public void Numbers_are_in_range_and_even()
    {
        var random = new SplitMix64(1);
        var counts = new int[7];
        var (sum, low, high) = (0.0, 1.0, 0.0);
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.NextInt(7)]++;
            var number = random.NextDouble();
            (sum, low, high) = (sum + number, Math.Min(low, number), Math.Max(high, number));
            random.NextDouble(-2, 3).Should().BeInRange(-2, 3);
        }
        counts.Should().OnlyContain(count => Math.Abs(count - 10_000) < 500, "five standard deviations");
        low.Should().BeInRange(0, 0.001);
        high.Should().BeInRange(0.999, 1).And.BeLessThan(1);
        (sum / 70_000).Should().BeApproximately(0.5, 0.006);
    }

    [Fact]
    public void Shuffling_moves_every_item_to_every_place_equally_often()
    {
        var counts = new int[3, 3];
        for (ulong seed = 0; seed < 6000; seed++)
        {
            int[] items = [0, 1, 2];
            new SplitMix64(seed).Shuffle<int>(items);
            for (var place = 0; place < 3; place++) counts[place, items[place]]++;
        }
        counts.Cast<int>().Should().OnlyContain(count => Math.Abs(count - 2000) < 190, "five standard deviations");
    }

    [Fact]
    public void A_bound_is_positive()
    {
        var next = () => new SplitMix64(0).NextInt(0);
        next.Should().Throw<ArgumentOutOfRangeException>();
    }
}
