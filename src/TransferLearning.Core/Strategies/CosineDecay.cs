namespace TransferLearning;

/// <summary>Half a cosine from the learning rate to a floor (Loshchilov and Hutter, "SGDR", 2017), after a linear warm-up.</summary>
/// <param name="warmup">Share of all steps in which the rate rises linearly from 0, in [0, 1). Default 0.</param>
/// <param name="floor">Share of the learning rate at the end, in [0, 1]. Default 0.</param>
public sealed class CosineDecay(double warmup = 0, double floor = 0) : LearningRateSchedule(warmup)
{
    private readonly double _floor = floor is >= 0 and <= 1 ? floor : throw new ArgumentOutOfRangeException(
        nameof(floor), floor, "The floor is a share of the learning rate, from 0 to 1.");

    /// <inheritdoc/>
    protected override string DecayDescription => _floor > 0 ? FormattableString.Invariant($"cosine decay to {_floor}") : "cosine decay";

    /// <inheritdoc/>
    protected override double Decay(int step, int totalSteps, int stepsPerEpoch) =>
        _floor + (1 - _floor) * (1 + Math.Cos(Math.PI * Math.Min(1, (double)step / Math.Max(1, totalSteps)))) / 2;
}
