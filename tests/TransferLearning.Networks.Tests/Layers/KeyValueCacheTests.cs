using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public class KeyValueCacheTests
{
    [Fact, NoTensorLeaks]
    public void It_gives_all_positions_so_far()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var (keys, values) = (rand(2, 3, 9, 4), rand(2, 3, 9, 4));
        foreach (var (from, count) in ((int, int)[])[(0, 2), (2, 1), (3, 1), (4, 5)])
        {
            var (allKeys, allValues) = cache.Append(keys.narrow(2, from, count), values.narrow(2, from, count));
            cache.Length.Should().Be(from + count);
            allKeys.Should().BeIdenticalTo(keys.narrow(2, 0, from + count));
            allValues.Should().BeIdenticalTo(values.narrow(2, 0, from + count));
        }
    }

    [Fact, NoTensorLeaks]
    public void It_goes_back_to_fewer()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var (first, other) = (rand(1, 1, 4, 2), rand(1, 1, 1, 2));
        cache.Append(first, first);
        cache.Truncate(2);
        cache.Append(other, other).Keys.Should().BeIdenticalTo(cat([first.narrow(2, 0, 2), other], 2));
        cache.Invoking(one => one.Truncate(4)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
