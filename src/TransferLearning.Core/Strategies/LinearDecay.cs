namespace TransferLearning;

/// <summary>
/// Lowers the learning rate on a straight line to 0 at the end of the run, after a linear warm-up: Hugging Face's default.
/// </summary>
/// <param name="warmup">Share of all steps in which the rate rises linearly from 0, in [0, 1). Default 0.</param>
public sealed class LinearDecay(double warmup = 0) : LearningRateSchedule(warmup)
{
    /// <inheritdoc/>
    protected override string DecayDescription => "linear decay";

    /// <inheritdoc/>
    protected override double Decay(int step, int totalSteps, int stepsPerEpoch) =>
        Math.Max(0, (totalSteps - step) / (double)Math.Max(1, totalSteps));
}
