namespace TransferLearning.Text;

/// <summary>What the data sets of this layer take some of their texts with.</summary>
internal static class Subset
{
    /// <summary>The texts at these positions, in this order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    public static T[] At<T>(this IReadOnlyList<T> texts, IReadOnlyList<int> indices)
    {
        Positions.Check(indices, texts.Count);
        return [.. indices.Select(index => texts[index])];
    }
}
