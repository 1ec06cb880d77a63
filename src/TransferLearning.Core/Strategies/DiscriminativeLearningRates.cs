namespace TransferLearning;

/// <summary>
/// Gives the head a larger learning rate than the backbone, which has less to learn, and the backbone's layer groups smaller ones the
/// nearer they are to the input (Howard and Ruder, "Universal language model fine-tuning", 2018).
/// </summary>
/// <param name="head">What the head's rate is multiplied by; above 0. Default 10.</param>
/// <param name="decay">What each group's rate is multiplied by against that of the group above it; in (0, 1]. The last group has the rate
/// itself. Default 1: all alike.</param>
public sealed class DiscriminativeLearningRates(double head = 10, double decay = 1) : IFineTuneStrategy
{
    private readonly double _head = head > 0 && double.IsFinite(head)
        ? head
        : throw new ArgumentOutOfRangeException(nameof(head), head, "The head's factor is above 0.");

    private readonly double _decay = decay is > 0 and <= 1
        ? decay
        : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay is above 0 and at most 1.");

    /// <inheritdoc/>
    public string Description => _decay == 1
        ? FormattableString.Invariant($"the head at {_head} times the learning rate")
        : FormattableString.Invariant(
            $"the head at {_head} times the learning rate, each layer group at {_decay} times that of the one above");

    string? IFineTuneStrategy.Decides => "The learning rate of each layer group";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.Head.LearningRateFactor *= _head;
        foreach (var (distance, group) in session.BackboneGroups.Reverse().Index()) group.LearningRateFactor *= Math.Pow(_decay, distance);
    }
}
