using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// Every example once, those of a group in the same batches: images of one aspect ratio, recordings of one speaker. Batches come in a
/// random order; what is left over of the groups shares the last ones.
/// </summary>
/// <param name="groups">The group of each example.</param>
public sealed class GroupedSampler(IReadOnlyList<int> groups) : ISampler
{
    private readonly int[] _groups = [.. groups ?? throw new ArgumentNullException(nameof(groups))];

    /// <inheritdoc/>
    public string Description => "grouped";

    /// <inheritdoc/>
    public uint Checksum => Crc32.Append(0, MemoryMarshal.AsBytes<int>(_groups));

    /// <inheritdoc/>
    public int Draws(Targets targets, int count) => count == _groups.Length
        ? count
        : throw new ArgumentException(
            $"The sampler has the groups of {_groups.Length} examples and the training set {count}: give one group for each.");

    /// <inheritdoc/>
    public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _ = Draws(targets, count);
        List<int[]> whole = [];
        List<int> rest = [];
        foreach (var group in Enumerable.Range(0, count).GroupBy(i => _groups[i]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            random.Shuffle<int>(members);
            foreach (var batch in members.Chunk(batchSize))
                if (batch.Length == batchSize) whole.Add(batch);
                else rest.AddRange(batch);
        }
        var batches = whole.ToArray();
        random.Shuffle<int[]>(batches);
        return [.. batches.SelectMany(batch => batch), .. rest];
    }
}
