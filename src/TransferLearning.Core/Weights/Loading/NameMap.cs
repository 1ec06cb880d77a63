namespace TransferLearning;

/// <summary>Finds for each tensor of a file its name in a module.</summary>
internal static class NameMap
{
    /// <summary>
    /// The file's names in order, each with its name in the module and the rules that made it (null where it is unchanged).
    /// </summary>
    public static IReadOnlyList<(string From, string To, string? Rule)> Build(
        IEnumerable<string> fileNames, HashSet<string> moduleNames, IReadOnlyList<NameRule> rules, OtherNames? others = null)
    {
        (string From, string To, string? Rule)[] names = [.. fileNames.Select(name => Rename(name, moduleNames, rules))];
        return AlignPrefix(others is null ? names : Translate(names, moduleNames, others), moduleNames);
    }

    private static (string From, string To, string? Rule)[] Translate(
        (string From, string To, string? Rule)[] names, HashSet<string> moduleNames, OtherNames others)
    {
        Dictionary<string, string> own = [];
        foreach (var name in moduleNames) own.TryAdd(others.Of(name), name);
        return [
            .. names.Select(name => moduleNames.Contains(name.To) || !own.TryGetValue(name.To, out var to) ? name : (name.From, to, others.Rule))];
    }

    private static (string From, string To, string? Rule) Rename(string from, HashSet<string> moduleNames, IReadOnlyList<NameRule> rules)
    {
        var to = from;
        List<string> applied = [];
        foreach (var rule in rules)
        {
            if (moduleNames.Contains(to)) break;
            var renamed = rule.Apply(to);
            if (renamed == to) continue;
            to = renamed;
            if (!applied.Contains(rule.Name)) applied.Add(rule.Name);
        }
        return (from, to, applied.Count == 0 ? null : string.Join(", ", applied));
    }

    /// <summary>
    /// A model within a larger one has its names under a prefix (<c>bert.</c>), alone it has none. Strips from the file's names,
    /// or adds, the prefix that lets most names match, if that is more than match now and at least half of either side.
    /// </summary>
    private static (string From, string To, string? Rule)[] AlignPrefix(
        (string From, string To, string? Rule)[] names, HashSet<string> moduleNames)
    {
        HashSet<string> fileNames = [.. names.Select(name => name.To)];
        var exact = fileNames.Count(moduleNames.Contains);
        var needed = Math.Max(exact + 1, (Math.Min(fileNames.Count, moduleNames.Count) + 1) / 2);
        var (strip, stripped) = CommonestPrefix(fileNames, moduleNames);
        var (add, added) = CommonestPrefix(moduleNames, fileNames);
        if (Math.Max(stripped, added) < needed) return names;

        var rule = stripped >= added ? $"prefix '{strip}' stripped" : $"prefix '{add}' added";
        return [.. names.Select(name =>
        {
            var to = stripped < added
                ? add + name.To
                : name.To.StartsWith(strip, StringComparison.Ordinal)
                ? name.To[strip.Length..]
                : name.To;
            return moduleNames.Contains(name.To) || !moduleNames.Contains(to)
                ? name
                : (name.From, to, name.Rule is null ? rule : $"{name.Rule}, {rule}");
        })];
    }

    /// <summary>The prefix, ending in a dot, without which most of <paramref name="names"/> are in <paramref name="others"/>.</summary>
    private static (string Prefix, int Count) CommonestPrefix(HashSet<string> names, HashSet<string> others)
    {
        Dictionary<string, int> votes = [];
        var spans = others.GetAlternateLookup<ReadOnlySpan<char>>();
        // A name from a file may be one of a hundred thousand dots: what follows most of them is longer than any of the others.
        var longest = others.Select(other => other.Length).DefaultIfEmpty().Max();
        foreach (var name in names)
            for (var dot = name.IndexOf('.', Math.Max(0, name.Length - 1 - longest)); dot >= 0; dot = name.IndexOf('.', dot + 1))
                if (spans.Contains(name.AsSpan(dot + 1)))
                    votes[name[..(dot + 1)]] = votes.GetValueOrDefault(name[..(dot + 1)]) + 1;
        return votes.Count == 0 ? ("", 0) : votes.Select(vote => (vote.Key, vote.Value)).MaxBy(vote => vote.Value);
    }
}
