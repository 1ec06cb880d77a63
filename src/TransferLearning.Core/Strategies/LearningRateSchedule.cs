namespace TransferLearning;

/// <summary>
/// A learning rate that is a pure function of the step: after a linear warm-up from 0, the decay of a derived class.
/// A run takes one of them.
/// </summary>
public abstract class LearningRateSchedule : IFineTuneStrategy
{
    /// <summary>A schedule with that warm-up.</summary>
    /// <param name="warmup">Share of all steps in which the rate rises linearly from 0, in [0, 1).</param>
    protected LearningRateSchedule(double warmup)
    {
        Warmup = warmup is >= 0 and < 1
            ? warmup
            : throw new ArgumentOutOfRangeException(nameof(warmup), warmup, "The warm-up is a share of all steps, from 0 to below 1.");
    }

    /// <summary>Share of all steps in which the rate rises linearly from 0.</summary>
    public double Warmup { get; }

    /// <inheritdoc/>
    public string Description => Warmup > 0 ? FormattableString.Invariant($"{DecayDescription}, warm-up {Warmup}") : DecayDescription;

    string? IFineTuneStrategy.Decides => "The schedule of the learning rate";

    /// <summary>The decay and its settings in a few words.</summary>
    protected abstract string DecayDescription { get; }

    /// <summary>
    /// What the learning rate is multiplied by at that step: k / w in a warm-up of w steps (so the first step has rate 0,
    /// as in Hugging Face's schedules), then the decay.
    /// </summary>
    /// <param name="step">Step, from 0.</param>
    /// <param name="totalSteps">Steps of the whole run.</param>
    /// <param name="stepsPerEpoch">Steps of one epoch.</param>
    public double Factor(int step, int totalSteps, int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(totalSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepsPerEpoch);
        var warmupSteps = (int)Math.Round(Warmup * totalSteps);
        return step < warmupSteps
            ? (double)step / warmupSteps
            : Decay(step - warmupSteps, totalSteps - warmupSteps, stepsPerEpoch);
    }

    /// <summary>The factor after the warm-up.</summary>
    /// <param name="step">Step since the warm-up's end, from 0.</param>
    /// <param name="totalSteps">Steps from the warm-up's end to the end of the run.</param>
    /// <param name="stepsPerEpoch">Steps of one epoch.</param>
    protected abstract double Decay(int step, int totalSteps, int stepsPerEpoch);

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        step.LearningRateFactor *= Factor(step.Session.Step, step.Session.TotalSteps, step.Session.StepsPerEpoch);
        next();
    }
}
