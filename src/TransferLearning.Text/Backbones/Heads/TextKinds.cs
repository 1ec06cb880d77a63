namespace TransferLearning.Text;

/// <summary>The kinds of heads that the reference puts on encoders of texts, for saved models.</summary>
public static class TextKinds
{
    internal const string Classification = "classification", TokenClassification = "token classification",
        MaskedLanguageModel = "masked language model";

    /// <summary>Adds the reference's heads, which a model of this layer may have beside those of the library.</summary>
    public static Kinds WithTextHeads(this Kinds kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        return kinds
            .WithHead(Classification, (saved, backbone) => Again(saved, Of(backbone).ClassificationHead(saved.Labels, saved.Objective)))
            .WithHead(
                TokenClassification, (saved, backbone) => Again(saved, Of(backbone).TokenClassificationHead(saved.Labels, saved.Objective)))
            .WithHead(MaskedLanguageModel, (saved, backbone) => Again(saved, Of(backbone).MaskedLanguageModelHead(saved.Objective)));
    }

    private static IHeadReplacer Again(SavedHead saved, IHeadReplacer head) => (EncoderHeadReplacer)head with { Metrics = saved.Metrics };

    private static TextBackbone Of(IPretrainedBackbone backbone) => backbone as TextBackbone
        ?? throw new ArgumentException(
            $"The model's head is one of the reference's for texts, and '{backbone.Info.Id}' reads none: open it on a backbone of "
            + "TextBackbones.");
}
