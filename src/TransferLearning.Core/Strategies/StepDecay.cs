namespace TransferLearning;

/// <summary>Multiplies the learning rate by a factor every few epochs, after a linear warm-up.</summary>
/// <param name="epochs">Epochs between two decays; at least 1.</param>
/// <param name="factor">Factor of each decay, in (0, 1]. Default 0.1.</param>
/// <param name="warmup">Share of all steps in which the rate rises linearly from 0, in [0, 1). Default 0.</param>
public sealed class StepDecay(int epochs, double factor = 0.1, double warmup = 0) : LearningRateSchedule(warmup)
{
    private readonly int _epochs = epochs > 0 ? epochs : throw new ArgumentOutOfRangeException(
        nameof(epochs), epochs, "The learning rate decays every 1 or more epochs.");
    private readonly double _factor = factor is > 0 and <= 1 ? factor : throw new ArgumentOutOfRangeException(
        nameof(factor), factor, "A decay multiplies by more than 0 and at most 1.");

    /// <inheritdoc/>
    protected override string DecayDescription => FormattableString.Invariant($"step decay, times {_factor} every {_epochs} epochs");

    /// <inheritdoc/>
    protected override double Decay(int step, int totalSteps, int stepsPerEpoch) => Math.Pow(_factor, step / stepsPerEpoch / _epochs);
}
