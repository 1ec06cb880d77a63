namespace TransferLearning.Text;

/// <summary>What the data sets of this layer take some of their texts with.</summary>
internal static class Subset
{
    /// <summary>The texts at these positions, in this order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public static T[] At<T>(this IReadOnlyList<T> texts, IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
            if (index < 0 || index >= texts.Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The data set has {texts.Count} texts, counted from 0.");
        return [.. indices.Select(index => texts[index])];
    }
}
