namespace TransferLearning;

/// <summary>Checks the names of tasks, which name tensors, modules and numbers.</summary>
internal static class TaskNames
{
    private static readonly HashSet<string> Taken =
    [
        TensorNames.Values, TensorNames.Mask, TensorNames.Segments, TensorNames.DecoderIds, TensorNames.Context, TensorNames.Lengths,
        TensorNames.Weights, "main",
    ];

    /// <exception cref="ArgumentException">There is no name, one is empty, taken, has a dot, or is there twice.</exception>
    public static void Check(IEnumerable<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var name in names)
            if (string.IsNullOrWhiteSpace(name) || name.Contains('.') || name.EndsWith("Mask", StringComparison.Ordinal)
                || Taken.Contains(name) || !seen.Add(name))
                throw new ArgumentException(
                    $"'{name}' cannot name a task: each has a name of its own, without a dot or 'Mask' at its end, and none of "
                    + $"{string.Join(", ", Taken)}.", nameof(names));
        if (seen.Count == 0)
            throw new ArgumentException("There is one task alone: give another, or use its head and targets as they are.", nameof(names));
    }
}
