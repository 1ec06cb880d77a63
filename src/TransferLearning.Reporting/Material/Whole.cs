namespace TransferLearning.Reporting;

/// <summary>Lists of which nothing is missing.</summary>
internal static class Whole
{
    /// <summary>A copy of a list.</summary>
    /// <exception cref="ArgumentException">It is null, or holds a null.</exception>
    public static IReadOnlyList<T> Checked<T>(IReadOnlyList<T> list, string name) where T : class
    {
        ArgumentNullException.ThrowIfNull(list, name);
        return !list.Contains(null) ? [.. list] : throw new ArgumentException("An entry is null.", name);
    }
}
