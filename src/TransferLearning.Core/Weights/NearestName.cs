namespace TransferLearning;

/// <summary>Finds what a name may have been meant to be, for messages about names that do not exist.</summary>
public static class NearestName
{
    /// <summary>" Did you mean 'x'?", or nothing where no candidate is near.</summary>
    public static string Hint(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        return Find(name, candidates.OfType<string>()) is { } nearest ? $" Did you mean '{nearest}'?" : "";
    }

    /// <summary>
    /// The candidate with the smallest edit distance, if it is at most a quarter of the name's length; null where none is.
    /// </summary>
    internal static string? Find(string name, IEnumerable<string> candidates)
    {
        var (nearest, limit) = ((string?)null, name.Length / 4 + 1);
        foreach (var candidate in candidates)
            if (Math.Abs(candidate.Length - name.Length) < limit && Distance(name, candidate) is var distance && distance < limit)
                (nearest, limit) = (candidate, distance);
        return nearest;
    }

    /// <summary>Insertions, deletions and substitutions that turn one into the other (Levenshtein 1966).</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 0; i < a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < b.Length; j++)
                (diagonal, row[j + 1]) = (row[j + 1], Math.Min(diagonal + (a[i] == b[j] ? 0 : 1), Math.Min(row[j], row[j + 1]) + 1));
        }
        return row[^1];
    }
}
