namespace TransferLearning;

/// <summary>Checks the positions of a subset.</summary>
internal static class Positions
{
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public static void Check(IReadOnlyList<int> indices, int count)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
            if (index < 0 || index >= count) throw new ArgumentOutOfRangeException(nameof(indices), index, $"The data set has {count} examples, numbered from 0.");
    }
}
