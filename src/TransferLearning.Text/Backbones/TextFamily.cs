namespace TransferLearning.Text;

/// <summary>A family of encoders: which configurations are its own, how its network and the reference's heads are built.</summary>
/// <param name="Prefix">What stands before the network's names in a file that also has a head: <c>bert</c>.</param>
/// <param name="ModelTypes">The values of <c>model_type</c>.</param>
/// <param name="Build">Builds the network; its weights are yet to be initialised or loaded.</param>
internal sealed record TextFamily(string Prefix, IReadOnlyList<string> ModelTypes, Func<TextConfiguration, TextNetwork> Build)
{
    public static IReadOnlyList<TextFamily> All { get; } =
        [Bert.Family, DistilBert.Family, Roberta.Family, Albert.Family, Electra.Family, Deberta.Family, ModernBert.Family];

    /// <summary>Pretrained networks that are known by name.</summary>
    public required IReadOnlyList<KnownText> Published { get; init; }

    /// <summary>Classifies a text.</summary>
    public required Func<TextConfiguration, HeadLayout> ClassifierHead { get; init; }

    /// <summary>Classifies each token.</summary>
    public required Func<TextConfiguration, HeadLayout> TokenClassifierHead { get; init; }

    /// <summary>Fills in masked tokens.</summary>
    public required Func<TextConfiguration, HeadLayout> LanguageModelHead { get; init; }

    /// <exception cref="NotSupportedException">The configuration is of no family.</exception>
    public static TextFamily Of(TextConfiguration json)
    {
        var type = json.Text("model_type", "");
        return All.FirstOrDefault(family => family.ModelTypes.Contains(type))
            ?? throw json.Unsupported("model_type", type, [.. All.SelectMany(family => family.ModelTypes)]);
    }
}
