namespace TransferLearning;

/// <summary>Ends a run after a time: at once, between two steps. The epoch in progress is measured as it stands.</summary>
/// <param name="limit">Wall time of the run, that before a resumption included; above zero.</param>
public sealed class TimeLimit(TimeSpan limit) : IFineTuneStrategy
{
    private readonly TimeSpan _limit = limit > TimeSpan.Zero ? limit : throw new ArgumentOutOfRangeException(
        nameof(limit), limit, "The time is above zero.");

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"at most {_limit.TotalSeconds} s");

    string? IFineTuneStrategy.Decides => "How long the run may take";

    /// <inheritdoc/>
    public void AfterStep(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Session.Elapsed >= _limit) step.Session.Stop(FormattableString.Invariant($"{_limit.TotalSeconds} s are over"), now: true);
    }
}
