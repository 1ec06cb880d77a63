namespace TransferLearning;

/// <summary>
/// A stage of a backbone: the unit of freezing, of learning-rate factors and of feature caching.
/// A backbone is its groups in order, from the input to the output.
/// </summary>
/// <param name="Name">Name for people and reports, such as <c>"stage3"</c>.</param>
/// <param name="Prefixes">
/// What belongs to the group: a parameter or sub-module whose name is a prefix, or begins with a prefix and a dot.
/// The groups of a backbone do not overlap; a parameter that no group has (an original classifier) is never trained or saved.
/// </param>
/// <param name="Forward">Runs the group on the previous group's output (the first: on the input). The result belongs to the current dispose
/// scope.</param>
public sealed record LayerGroup(string Name, IReadOnlyList<string> Prefixes, Func<TensorSet, TensorSet> Forward)
{
    /// <summary>What belongs to the group: a parameter or sub-module whose name is a prefix, or begins with a prefix and a dot.</summary>
    public IReadOnlyList<string> Prefixes { get; init => field = NoNulls.Checked(value, nameof(Prefixes)); } =
        NoNulls.Checked(Prefixes, nameof(Prefixes));

    /// <summary>Whether the parameter, buffer or sub-module of that name belongs to this group.</summary>
    public bool Owns(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Prefixes.Any(prefix =>
            name.StartsWith(prefix, StringComparison.Ordinal)
                && (name.Length == prefix.Length || name[prefix.Length] == '.' || prefix.Length == 0));
    }
}
