namespace TransferLearning;

/// <summary>Multiplies the learning rate by a factor after every epoch, after a linear warm-up.</summary>
/// <param name="factor">Factor of each epoch, in (0, 1].</param>
/// <param name="warmup">Share of all steps in which the rate rises linearly from 0, in [0, 1). Default 0.</param>
public sealed class ExponentialDecay(double factor, double warmup = 0) : LearningRateSchedule(warmup)
{
    private readonly double _factor = factor is > 0 and <= 1 ? factor : throw new ArgumentOutOfRangeException(
        nameof(factor), factor, "A decay multiplies by more than 0 and at most 1.");

    /// <inheritdoc/>
    protected override string DecayDescription => FormattableString.Invariant($"exponential decay, times {_factor} an epoch");

    /// <inheritdoc/>
    protected override double Decay(int step, int totalSteps, int stepsPerEpoch) => Math.Pow(_factor, step / stepsPerEpoch);
}
