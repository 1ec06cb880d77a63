namespace TransferLearning;

/// <summary>
/// Trains the head alone, for the whole run or for the first epochs. The frozen backbone stays in evaluation mode:
/// batch-norm statistics do not move, dropout is off. Where the inputs are the same in every epoch its features are computed once.
/// </summary>
/// <param name="epochs">Number of epochs after which the whole backbone is trained too; null (default): never.</param>
public sealed class FreezeBackbone(int? epochs = null) : IFineTuneStrategy
{
    private readonly int? _epochs = epochs is null or > 0
        ? epochs
        : throw new ArgumentOutOfRangeException(
            nameof(epochs), epochs, "The backbone is frozen for 1 or more epochs, or for the whole run with null.");

    /// <inheritdoc/>
    public string Description => _epochs is null ? "freeze backbone" : $"freeze backbone for {_epochs} epochs";

    string? IFineTuneStrategy.Decides => _epochs is null ? "Which weights of the backbone are trained" : null;

    /// <inheritdoc/>
    public void BeforeEpoch(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_epochs is not null && session.Epoch >= _epochs) return;
        foreach (var group in session.BackboneGroups) group.Freeze();
    }
}
