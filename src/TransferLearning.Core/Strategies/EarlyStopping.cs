namespace TransferLearning;

/// <summary>
/// Stops when the validation no longer improves, and gives the model back with the weights of its best epoch.
/// </summary>
/// <remarks>
/// An epoch counts as better when it beats the best so far by more than <c>minDelta</c>; equal is not better, and NaN never is.
/// The best weights are those of the best value itself, whatever <c>minDelta</c>.
/// </remarks>
/// <param name="patience">Epochs without improvement after which training stops; at least 1. Default 3.</param>
/// <param name="minDelta">Smallest change that counts as improvement. Default 0.</param>
/// <param name="monitor">The number that is watched, such as <c>"accuracy"</c> or <c>"macroF1"</c>, and by which the whole run then
/// compares epochs. Null (default): <see cref="TrainerOptions.Monitor"/>.</param>
/// <param name="restoreBest">Whether the weights of the best epoch are put back at the end, also when training was not stopped. Default
/// true.</param>
public sealed class EarlyStopping(int patience = 3, double minDelta = 0, string? monitor = null, bool restoreBest = true)
    : IFineTuneStrategy
{
    private double _reference;
    private double _best;
    private int _bad;
    private ModelSnapshot? _snapshot;

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"early stopping, patience {patience}")
        + (monitor is null ? "" : $" by {monitor}") + (minDelta == 0 ? "" : FormattableString.Invariant($", changes above {minDelta}"))
        + (restoreBest ? "" : ", last weights");

    string? IFineTuneStrategy.Decides => "When to stop for lack of improvement";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patience);
        ArgumentOutOfRangeException.ThrowIfNegative(minDelta);
        if (!session.HasValidation)
            throw new ArgumentException("Early stopping needs a validation set: pass one to Fit, or leave early stopping out.");
        if (monitor is not null) session.Monitor = monitor;
        (_reference, _best, _bad) = (double.PositiveInfinity, double.PositiveInfinity, 0);
        Forget();
    }

    /// <inheritdoc/>
    public void AfterEpoch(TrainingSession session, EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(epoch);
        var value = (epoch.Evaluation ?? throw new ArgumentException("The epoch was not measured.", nameof(epoch))).Cost(session.Monitor);
        if (restoreBest && value < _best)
        {
            Forget();
            _snapshot = session.Capture();
        }
        _best = value < _best ? value : _best;
        if (value < _reference - minDelta) (_reference, _bad) = (value, 0);
        else if (++_bad >= patience) session.Stop($"no improvement in {patience} epochs");
    }

    /// <inheritdoc/>
    public void Complete(TrainingSession session)
    {
        if (_snapshot is not null) session.Restore(_snapshot);
        Forget();
    }

    /// <inheritdoc/>
    public void Save(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (state.Numbers["reference"], state.Numbers["best"], state.Numbers["bad"]) = (_reference, _best, _bad);
        state.Save("best", _snapshot);
    }

    /// <inheritdoc/>
    public void Load(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_reference, _best, _bad) = (state.Numbers["reference"], state.Numbers["best"], (int)state.Numbers["bad"]);
        _snapshot = state.Snapshot("best");
    }

    private void Forget()
    {
        _snapshot?.Dispose();
        _snapshot = null;
    }
}
