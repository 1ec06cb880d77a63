namespace TransferLearning;

/// <summary>
/// Measures and keeps a moving average of the weights instead of the last ones (exponential moving average, EMA: Polyak and Juditsky, 1992;
/// as timm and PyTorch compute it): after each step the average moves by 1 - decay towards them.
/// </summary>
/// <param name="decay">Share of the average that is kept in each step, in (0, 1). Default 0.999.</param>
public sealed class ExponentialAveraging(double decay = 0.999) : IFineTuneStrategy
{
    private readonly double _decay = decay is > 0 and < 1 ? decay : throw new ArgumentOutOfRangeException(
        nameof(decay), decay, "The share that is kept is between 0 and 1.");
    // Of the run that it was prepared for.
    private WeightAverage? _average;
    private int _updates;

    /// <summary>
    /// The first steps, in which the average is a copy of the weights; 0 or more. Default 0: it starts as a copy of the weights before
    /// training.
    /// </summary>
    public int CopiedSteps { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(CopiedSteps), value, "Steps are 0 or more."); }

    /// <summary>How the decay rises at the beginning; null (default): it is the same from the first step on.</summary>
    public AveragingWarmup? Warmup { get; init; }

    /// <summary>Whether floating-point buffers, such as running statistics, are averaged too and not copied. Default true.</summary>
    public bool AveragesBuffers { get; init; } = true;

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"exponential moving average of weights, decay {_decay}")
        + (CopiedSteps > 0 ? $" after {CopiedSteps} steps" : "") + (Warmup is null ? "" : $", {Warmup}")
        + (AveragesBuffers ? "" : ", buffers copied");

    private WeightAverage Average => _average ?? throw new InvalidOperationException("There is no average yet: Prepare comes first.");

    string? IFineTuneStrategy.Decides => "Which average of weights is kept";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        (_average, _updates) = (session.Own(new WeightAverage(session.State) { AveragesBuffers = AveragesBuffers }), 0);
    }

    /// <inheritdoc/>
    public void BeforeEpoch(TrainingSession session) => Average.Leave(session ?? throw new ArgumentNullException(nameof(session)));

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        // What has not been trained before starts as a copy of the weights as they are.
        Average.Begin(step.Session.Trained);
        next();
    }

    /// <inheritdoc/>
    public void AfterStep(TrainingStep step) =>
        Average.Update((step ?? throw new ArgumentNullException(nameof(step))).Session.Trained, Decay(++_updates));

    /// <inheritdoc/>
    public void BeforeEvaluation(TrainingSession session) => Average.Enter(session ?? throw new ArgumentNullException(nameof(session)));

    /// <inheritdoc/>
    public void Save(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Numbers["updates"] = _updates;
        Average.Save(state);
    }

    /// <inheritdoc/>
    public void Load(StrategyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _updates = (int)state.Numbers["updates"];
        Average.Load(state);
    }

    /// <summary>The decay of an update, counted from 1.</summary>
    internal double Decay(int update)
    {
        var step = update - CopiedSteps;
        if (step <= 0) return 0;
        return Warmup is null ? _decay : Math.Max(Math.Min(_decay, 1 - Math.Pow(1 + step / Warmup.Gamma, -Warmup.Power)), Warmup.Least);
    }
}

/// <summary>A decay that rises as 1 - (1 + step / gamma)^-power, between a least one and the decay itself (timm's ModelEmaV3).</summary>
/// <param name="Gamma">Above 0. Default 1.</param>
/// <param name="Power">Above 0; 2/3 for long runs, 3/4 for short ones. Default 2/3.</param>
/// <param name="Least">Least decay, from 0 to below 1. Default 0.</param>
public sealed record AveragingWarmup(double Gamma = 1, double Power = 2.0 / 3, double Least = 0);
