namespace TransferLearning;

/// <summary>Cuts groups of examples in two parts, of which none is on both sides.</summary>
internal static class GroupSplit
{
    /// <summary>Whether each example is in the first part: the sum of its groups is as near to the share as any sum of whole groups.</summary>
    public static bool[] InFirst(IReadOnlyList<string> groups, double share, long seed)
    {
        int[][] members = [.. Enumerable.Range(0, groups.Count).GroupBy(i => groups[i], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray())];
        if (members.Length < 2)
            throw new ArgumentException("All examples are of one group, which is not cut: give at least two groups.", nameof(groups));
        new SplitMix64(unchecked((ulong)seed)).Shuffle<int[]>(members);

        var first = new bool[groups.Count];
        foreach (var group in Nearest(members, Math.Clamp((int)Math.Round(share * groups.Count), 1, groups.Count - 1)))
            foreach (var position in members[group]) first[position] = true;
        return first;
    }

    /// <summary>The groups that sum up to the wanted number or nearest to it; of several such choices the first in the drawn order.</summary>
    private static IEnumerable<int> Nearest(int[][] members, int wanted)
    {
        var all = members.Sum(group => group.Length);
        // The group by which each sum was reached first: those before it reach the rest. None is -1; the sum of nothing needs none.
        var reachedBy = new int[all + 1];
        Array.Fill(reachedBy, -1);
        var most = 0;
        for (var group = 0; group < members.Length && reachedBy[wanted] < 0; group++)
        {
            var size = members[group].Length;
            most += size;
            for (var sum = most; sum >= size; sum--)
                if (reachedBy[sum] < 0 && (sum == size || reachedBy[sum - size] >= 0)) reachedBy[sum] = group;
        }
        var best = Enumerable.Range(1, all - 1).Where(sum => reachedBy[sum] >= 0).MinBy(sum => Math.Abs(sum - wanted));
        for (var sum = best; sum > 0; sum -= members[reachedBy[sum]].Length) yield return reachedBy[sum];
    }
}
