namespace TransferLearning;

/// <summary>Checks positions of examples, for data sets of your own too.</summary>
public static class Positions
{
    /// <summary>Throws where a position does not exist.</summary>
    /// <param name="indices">The positions.</param>
    /// <param name="count">Number of examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public static void Check(IReadOnlyList<int> indices, int count)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices) Check(index, count);
    }

    /// <inheritdoc cref="Check(IReadOnlyList{int}, int)"/>
    public static void Check(ReadOnlySpan<int> indices, int count)
    {
        foreach (var index in indices) Check(index, count);
    }

    private static void Check(int index, int count)
    {
        if (index < 0 || index >= count) throw new ArgumentOutOfRangeException(nameof(index), index,
            $"The data set has {count} examples, numbered from 0.");
    }
}
