using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// How a backbone wants its input: what the preprocessing is a function of, at training and at prediction alike.
/// Each layer (images, text, audio) has its own; it travels with the weights and is saved in the artefact as JSON.
/// </summary>
public abstract record InputSpec
{
    /// <summary>
    /// What a saved model holds of it, for <see cref="ModelArtefact.Input{TSpec}"/> to make it of again. Written without reflection, so
    /// that trimmed applications have it too.
    /// </summary>
    public abstract JsonObject ToJson();
}
