namespace TransferLearning;

/// <summary>
/// Measures and keeps the mean of the weights after each of the last epochs (SWA: Izmailov et al., "Averaging weights leads to wider
/// optima", 2018). Batch norm gets the statistics of the mean by another pass over the training examples. Train with a constant or cyclic
/// rate.
/// </summary>
/// <param name="start">Share of the epochs before the first that counts, in [0, 1). Default 0.75.</param>
public sealed class StochasticWeightAveraging(double start = 0.75) : IFineTuneStrategy
{
    private readonly double _start = start is >= 0 and < 1 ? start : throw new ArgumentOutOfRangeException(
        nameof(start), start, "The start is a share of the epochs, from 0 to below 1.");
    // Of the run that it was prepared for.
    private WeightAverage? _average;
    private int _epochs;

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"stochastic weight averaging, from {100 * _start} % of the epochs on");

    private WeightAverage Average => _average ?? throw new InvalidOperationException("There is no average yet: Prepare comes first.");

    string? IFineTuneStrategy.Decides => "Which average of weights is kept";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        (_average, _epochs) = (session.Own(new WeightAverage(session.State) { AveragesBuffers = false }), 0);
    }

    /// <inheritdoc/>
    public void BeforeEpoch(TrainingSession session) => Average.Leave(session ?? throw new ArgumentNullException(nameof(session)));

    /// <inheritdoc/>
    public void BeforeEvaluation(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var before = session.Epoch - (int)(_start * session.Options.Epochs);
        if (before < 0) return;
        // One that was stopped in its validation is evaluated again, and counts once. Equal weights: the mean of n moves by 1 / (n + 1)
        // towards the next.
        if (_epochs == before) Average.Update(session.Trained, (double)before / ++_epochs);
        Average.Enter(session);
        BatchNormStatistics.Compute(session);
    }

    /// <inheritdoc/>
    public void Save(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Numbers["epochs"] = _epochs;
        Average.Save(state);
    }

    /// <inheritdoc/>
    public void Load(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _epochs = (int)state.Numbers["epochs"];
        Average.Load(state);
    }
}
