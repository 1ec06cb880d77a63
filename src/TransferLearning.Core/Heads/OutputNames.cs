namespace TransferLearning;

/// <summary>Checks the names of a head's outputs, for heads of your own too.</summary>
public static class OutputNames
{
    /// <summary>
    /// A copy of the names. For one class of several there are at least two; in any case at least one, none empty, all different.
    /// </summary>
    /// <param name="labels">Names of the outputs in order.</param>
    /// <param name="objective">What the head is trained for.</param>
    /// <exception cref="ArgumentException">There are too few names, an empty one or one twice.</exception>
    public static IReadOnlyList<string> Check(IReadOnlyList<string> labels, IObjective objective)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count < 2 && objective is CrossEntropy)
            throw new ArgumentException(
                $"A classifier needs at least two classes; got {labels.Count} ({string.Join(", ", labels)}).", nameof(labels));
        if (labels.Count == 0) throw new ArgumentException("A head needs at least one output; name it.", nameof(labels));
        if (labels.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A class has an empty name; give every class a name.", nameof(labels));
        if (labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException(
                $"The class '{twice.Key}' is listed {twice.Count()} times; every class needs a name of its own.", nameof(labels));
        return [.. labels];
    }
}
