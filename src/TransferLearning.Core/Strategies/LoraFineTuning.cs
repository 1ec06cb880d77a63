using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// Attaches <see cref="Lora"/> to the backbone and trains it and the head; the backbone's own weights and batch-norm statistics stay as
/// they are. A model that has that LoRA already trains it on. It stays attached: <see cref="TransferModel.SaveAdapter"/> saves it with the
/// head alone, and <see cref="Lora.Merge"/> puts it into the weights.
/// </summary>
/// <remarks>Learning rates are ten times those of training the whole backbone, or more: 1e-4 to 1e-3 with AdamW.</remarks>
/// <param name="options">Which modules, and how; null (default): every linear layer by rank 8.</param>
public sealed class LoraFineTuning(LoraOptions? options = null) : IFineTuneStrategy
{
    private readonly LoraOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Description => $"LoRA {_options.ToJson().ToJsonString()}";

    string? IFineTuneStrategy.Decides => "Which weights of the backbone are trained";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var lora = session.Model.Adapters.OfType<Lora>().FirstOrDefault() ?? Attach(session);
        if (!JsonNode.DeepEquals(lora.Settings, _options.ToJson()))
            throw new ArgumentException(
                $"The model has LoRA of other options, {lora.Settings.ToJsonString()}: train it on with those, or merge it first.");
        HashSet<string> trained = [.. lora.BackboneParameters.Select(name => ModelState.Backbone + name)];
        foreach (var group in session.BackboneGroups)
        {
            group.KeepsStatistics = true;
            foreach (var parameter in group.Parameters)
                if (parameter.Name.StartsWith(ModelState.Backbone, StringComparison.Ordinal) && !trained.Contains(parameter.Name))
                    parameter.Freeze();
        }
    }

    private Lora Attach(TrainingSession session)
    {
        var lora = new Lora(session.Model.Backbone, _options);
        session.Add(lora);
        return lora;
    }
}
