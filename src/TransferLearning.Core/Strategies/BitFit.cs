namespace TransferLearning;

/// <summary>
/// Trains the biases of the backbone, those of its norms too, and the head: a thousandth of the weights (Ben Zaken et al., "BitFit: Simple
/// parameter-efficient fine-tuning for transformer-based masked language-models", 2021).
/// </summary>
public sealed class BitFit : IFineTuneStrategy
{
    /// <inheritdoc/>
    public string Description => "BitFit: biases alone";

    string? IFineTuneStrategy.Decides => "Which weights of the backbone are trained";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var parameters = session.BackboneGroups.SelectMany(group => group.Parameters).ToList();
        if (!parameters.Exists(parameter => Lora.IsBias(parameter.Name)))
            throw new ArgumentException(
                $"'{session.Model.Backbone.Info.Id}' has no biases to train: use {nameof(LoraFineTuning)}, or train all of it.");
        foreach (var parameter in parameters.Where(parameter => !Lora.IsBias(parameter.Name))) parameter.Freeze();
    }
}
