namespace TransferLearning;

/// <summary>Something that was found and did not become part of a data set.</summary>
/// <param name="Place">The file or folder, or the row of a file.</param>
/// <param name="Reason">Why it was left out, as a sentence.</param>
public sealed record SkippedItem(string Place, string Reason)
{
    private const int MostKinds = 10;

    /// <summary>What it is one of, in the plural, by which reports count: <c>".heic files"</c>. Default: the reason.</summary>
    public string Kind { get; init => field = value ?? throw new ArgumentNullException(nameof(Kind)); } = Reason;

    /// <summary>A sentence that counts what was left out by kind; null where nothing was.</summary>
    internal static string? Warning(string name, IReadOnlyList<SkippedItem> items)
    {
        var kinds = items.GroupBy(item => item.Kind).OrderByDescending(kind => kind.Count())
            .ThenBy(kind => kind.Key, StringComparer.Ordinal).ToArray();
        if (kinds.Length == 0) return null;
        var counts = kinds.Take(MostKinds).Select(kind => $"{kind.Key} ({kind.Count()}, such as '{kind.First().Place}')");
        return $"Left out of the {name} set: {string.Join(", ", counts)}"
            + $"{(kinds.Length > MostKinds ? $", and {kinds.Length - MostKinds} kinds more" : "")}.";
    }
}
