namespace TransferLearning;

/// <summary>
/// Trains the head first, then unfreezes the backbone from the output to the input, some layer groups an epoch
/// (Howard and Ruder, "Universal language model fine-tuning", 2018).
/// </summary>
/// <param name="headEpochs">Epochs in which the head alone is trained. Default 1.</param>
/// <param name="groupsPerEpoch">Layer groups unfrozen before each epoch after that. Default 1.</param>
public sealed class GradualUnfreezing(int headEpochs = 1, int groupsPerEpoch = 1) : IFineTuneStrategy
{
    /// <inheritdoc/>
    public string Description => $"gradual unfreezing: head alone for {headEpochs}, then {groupsPerEpoch} more groups an epoch";

    string? IFineTuneStrategy.Decides => "Which weights of the backbone are trained";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headEpochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groupsPerEpoch);
    }

    /// <inheritdoc/>
    public void BeforeEpoch(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var trained = Math.Max(0L, (long)session.Epoch - headEpochs + 1) * groupsPerEpoch;
        foreach (var group in session.BackboneGroups.SkipLast((int)Math.Min(trained, session.BackboneGroups.Count))) group.Freeze();
    }
}
