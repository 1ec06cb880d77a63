namespace TransferLearning;

/// <summary>
/// The pairs of labelled examples that contrastive tuning learns from, computed one by one and never listed: every two examples of
/// the same class, each with itself too, and every two of different classes. Their numbers are SetFit's.
/// </summary>
/// <remarks>Both kinds are spread evenly over an epoch, each in a random order.</remarks>
internal sealed class LabelledPairs
{
    private readonly int[] _examples;
    private readonly int[] _starts;
    private readonly long[] _sameBefore;
    private readonly long[] _differentBefore;

    /// <param name="labels">Class of each example; examples of at least two classes.</param>
    /// <param name="sampling">How many pairs an epoch has.</param>
    /// <param name="perExample">Pairs of each kind for each example, whatever the sampling; null: as the sampling says.</param>
    public LabelledPairs(IReadOnlyList<int> labels, PairSampling sampling, int? perExample = null)
    {
        var classes = Enumerable.Range(0, labels.Count).GroupBy(example => labels[example]).OrderBy(members => members.Key)
            .Select(members => members.ToArray()).ToArray();
        _examples = [.. classes.SelectMany(members => members)];
        _starts = [.. Sums(classes.Select(members => (long)members.Length)).Select(start => (int)start)];
        _sameBefore = Sums(classes.Select(members => members.Length * (members.Length + 1L) / 2));
        _differentBefore = Sums(classes.Select((members, c) => members.Length * (long)(labels.Count - _starts[c + 1])));
        (AllSame, AllDifferent) = (_sameBefore[^1], _differentBefore[^1]);
        (Same, Different) = (perExample, sampling) switch
        {
            ({ } each, _) => (each * (long)labels.Count, each * (long)labels.Count),
            (_, PairSampling.Oversampling) => (Math.Max(AllSame, AllDifferent), Math.Max(AllSame, AllDifferent)),
            (_, PairSampling.Undersampling) => (Math.Min(AllSame, AllDifferent), Math.Min(AllSame, AllDifferent)),
            _ => (AllSame, AllDifferent),
        };
    }

    /// <summary>How many pairs of one class there are.</summary>
    public long AllSame { get; }

    /// <summary>How many pairs of two classes there are.</summary>
    public long AllDifferent { get; }

    /// <summary>Pairs of one class in an epoch.</summary>
    public long Same { get; }

    /// <summary>Pairs of two classes in an epoch.</summary>
    public long Different { get; }

    /// <summary>Pairs of an epoch.</summary>
    public long Count => Same + Different;

    /// <summary>The pair at that place of an epoch.</summary>
    public (int First, int Second, bool IsSame) At(long place, long seed, long epoch)
    {
        var before = SameBefore(place);
        var isSame = SameBefore(place + 1) > before;
        var (first, second) = isSame ? SamePair(Drawn(before, AllSame, 0)) : DifferentPair(Drawn(place - before, AllDifferent, 1));
        return (first, second, isSame);

        // The kind's pairs in a new order each time that all of them have come.
        long Drawn(long ordinal, long all, ulong kind)
        {
            var key = new SplitMix64(unchecked((ulong)seed), (ulong)epoch, 2 * (ulong)(ordinal / all) + kind).NextUInt64();
            return new Permutation(all, key)[ordinal % all];
        }
    }

    /// <summary>Pairs of one class among the first of an epoch: their share, rounded up.</summary>
    private long SameBefore(long place) => (long)(((Int128)place * Same + Count - 1) / Count);

    // The pairs of a class as a triangle: (0, 0), (0, 1), (1, 1), (0, 2), ...
    private (int, int) SamePair(long pair)
    {
        var c = Find(_sameBefore, pair);
        var rest = pair - _sameBefore[c];
        var second = (long)((Math.Sqrt(8.0 * rest + 1) - 1) / 2);
        while (second * (second + 1) / 2 > rest) second--;
        while ((second + 1) * (second + 2) / 2 <= rest) second++;
        return (_examples[_starts[c] + rest - second * (second + 1) / 2], _examples[_starts[c] + second]);
    }

    // The pairs of a class with all later ones as a rectangle.
    private (int, int) DifferentPair(long pair)
    {
        var c = Find(_differentBefore, pair);
        var (first, second) = Math.DivRem(pair - _differentBefore[c], _examples.Length - _starts[c + 1]);
        return (_examples[_starts[c] + first], _examples[_starts[c + 1] + second]);
    }

    private static long[] Sums(IEnumerable<long> counts)
    {
        List<long> sums = [0];
        foreach (var count in counts) sums.Add(sums[^1] + count);
        return [.. sums];
    }

    /// <summary>The last class that begins at the pair or before it and is not empty.</summary>
    private static int Find(long[] before, long pair)
    {
        var found = Array.BinarySearch(before, pair);
        if (found < 0) return ~found - 1;
        while (before[found + 1] == pair) found++;
        return found;
    }
}
