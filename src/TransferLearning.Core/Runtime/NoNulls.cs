namespace TransferLearning;

/// <summary>Lists whose elements are all there.</summary>
internal static class NoNulls
{
    /// <summary>The list itself.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    /// <exception cref="ArgumentException">An element is null; the message says which.</exception>
    public static IReadOnlyList<T> Checked<T>(IReadOnlyList<T>? list, string name)
    {
        ArgumentNullException.ThrowIfNull(list, name);
        for (var i = 0; i < list.Count; i++)
            if (list[i] is null) throw new ArgumentException($"Element {i} is null.", name);
        return list;
    }
}
