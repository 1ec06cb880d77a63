namespace TransferLearning;

/// <summary>Leaves those parameters as they are for the whole run that a condition is true of.</summary>
/// <param name="frozen">Which are frozen; a parameter's name is that in a saved model, such as <c>"backbone.layer1.0.conv1.weight"</c> or <c>"head.bias"</c>.</param>
/// <param name="description">Which these are in a few words, for reports; a run that goes on from a checkpoint must have the same.</param>
public sealed class FreezeParameters(Func<TrainingParameter, bool> frozen, string description) : IFineTuneStrategy
{
    private readonly Func<TrainingParameter, bool> _frozen = frozen ?? throw new ArgumentNullException(nameof(frozen));

    /// <inheritdoc/>
    public string Description { get; } = !string.IsNullOrWhiteSpace(description)
        ? $"freeze {description}" : throw new ArgumentException("Say in a few words which parameters are frozen.", nameof(description));

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        foreach (var parameter in session.Groups.SelectMany(group => group.Parameters).Where(_frozen)) parameter.Freeze();
    }
}
