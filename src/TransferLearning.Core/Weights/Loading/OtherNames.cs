namespace TransferLearning;

/// <summary>
/// What another library calls the tensors of a module, so that its files can be read too. Such a tensor may have another shape of as many
/// values, in the same order: a linear layer that is a 1x1 convolution there.
/// </summary>
/// <param name="Library">Name of the library, for reports: <c>"timm"</c>.</param>
/// <param name="Of">Its name of a tensor, by that in the module.</param>
public sealed record OtherNames(string Library, Func<string, string> Of)
{
    /// <summary>Its name of a tensor, by that in the module.</summary>
    public Func<string, string> Of { get; init => field = value ?? throw new ArgumentNullException(nameof(Of)); } =
        Of ?? throw new ArgumentNullException(nameof(Of));

    /// <summary>Names by regular expressions, which are applied one after the other, each to the result of the one before.</summary>
    public OtherNames(string library, params IReadOnlyList<(string Pattern, string Replacement)> rules)
        : this(
            library, name => rules.Aggregate(name, (renamed, rule) => new NameRule(library, rule.Pattern, rule.Replacement).Apply(renamed)))
    {
    }

    internal string Rule => $"names of {Library}";
}
