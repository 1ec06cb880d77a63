using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>Draws each example with a probability in proportion to its weight, with replacement: what is rare is seen more often.</summary>
public sealed class WeightedSampler : ISampler
{
    private readonly double[] _sums;

    /// <summary>A sampler of examples with these weights.</summary>
    /// <param name="weights">How often each example is drawn against the others, 0 or more.</param>
    /// <param name="draws">Examples an epoch; null (default): as many as there are weights.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public WeightedSampler(IReadOnlyList<double> weights, int? draws = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (draws is < 1) throw new ArgumentOutOfRangeException(nameof(draws), draws, "An epoch draws at least one example.");
        _sums = new double[weights.Count];
        var sum = 0.0;
        for (var i = 0; i < _sums.Length; i++)
            _sums[i] = weights[i] >= 0 && double.IsFinite(weights[i])
                ? sum += weights[i]
                : throw new ArgumentException(
                    $"The weight of example {i} is {weights[i]}; weights are finite numbers of 0 or more.", nameof(weights));
        if (sum <= 0 || !double.IsFinite(sum))
            throw new ArgumentException("The weights sum up to nothing, or to more than a number holds.", nameof(weights));
        Count = draws ?? _sums.Length;
    }

    /// <summary>Examples an epoch.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public string Description => $"drawn by weight, {Count} an epoch";

    /// <inheritdoc/>
    public uint Checksum => Crc32.Append(0, MemoryMarshal.AsBytes<double>(_sums));

    /// <inheritdoc/>
    public bool AllowsLengthGrouping => true;

    /// <inheritdoc/>
    public int Draws(Targets targets, int count) => count == _sums.Length
        ? Count
        : throw new ArgumentException(
            $"The sampler has {_sums.Length} weights and the training set {count} examples: give one weight for each.");

    /// <inheritdoc/>
    public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random)
    {
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++) order[i] = Find(random.NextDouble() * _sums[^1]);
        return order;
    }

    /// <summary>The first example whose sum lies above the place: one of weight 0 never.</summary>
    private int Find(double place)
    {
        var (low, high) = (0, _sums.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sums[middle] > place) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
