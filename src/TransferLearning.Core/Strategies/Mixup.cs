using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Mixes each example of a batch with the one before it, input and target alike: x = l x + (1 - l) x', with l drawn from Beta(alpha, alpha)
/// for each batch (Zhang et al., "mixup: beyond empirical risk minimization", 2018; torchvision's form). Targets become soft, so that the
/// objective is one that takes probabilities or values. Where features of frozen layers are kept these are mixed, which is known as
/// manifold mixup.
/// </summary>
/// <param name="alpha">Shape of the distribution; above 0: the larger, the more even the mixture. Default 0.2.</param>
public sealed class Mixup(double alpha = 0.2) : IFineTuneStrategy
{
    private readonly double _alpha = alpha > 0
        && double.IsFinite(alpha) ? alpha : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Alpha is above 0.");

    /// <summary>
    /// Whether examples are mixed with the batch in reverse order (timm's form) instead of with the one before. Default false.
    /// </summary>
    public bool Flips { get; init; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"mixup, alpha {_alpha}{(Flips ? ", with the batch in reverse order" : "")}");

    string? IFineTuneStrategy.Decides => "How examples are mixed";

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        step.Batch = Mix(step.Batch, BetaDistribution.Draw(_alpha, step.Session.Random), step.Session.Model.Replacer.Outputs);
        next();
    }

    /// <summary>The mixture with that share of each example itself, in the current dispose scope.</summary>
    /// <exception cref="ArgumentException">The batch has inputs that cannot be mixed: token ids, or examples of different
    /// lengths.</exception>
    internal Batch Mix(Batch batch, double share, int classes)
    {
        if (!batch.Input.Values.is_floating_point() || batch.Input.Names.Count > 1)
            throw new ArgumentException(
                $"Mixup adds inputs up, and these are {batch.Input.Values.dtype} with {string.Join(", ", batch.Input.Names)}: it is "
                + "for images, or for features of frozen layers that are kept.");
        using var scope = NewDisposeScope();
        return new Batch(
            batch.Input.Map(tensor => Blend(tensor, share, Flips)).MoveToOuterDisposeScope(),
            MixTargets(batch.Target, share, classes, Flips).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Each target mixed with the one before it: for a strategy that mixes examples in a way of its own. Classes become soft.
    /// </summary>
    /// <param name="target">The targets of a batch.</param>
    /// <param name="share">What each target keeps of itself, 0 to 1.</param>
    /// <param name="classes">Number of the model's outputs.</param>
    /// <param name="flips">Whether it is mixed with the batch in reverse order instead. Default false.</param>
    /// <returns>The mixed targets, in the current dispose scope.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A class is not below the number of outputs.</exception>
    public static TensorSet MixTargets(TensorSet target, double share, int classes, bool flips = false)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        return target.WithValues(Soft(target.Values, classes)).Map(tensor => Blend(tensor, share, flips)).MoveToOuterDisposeScope();
    }

    private static Tensor Blend(Tensor tensor, double share, bool flips) =>
        tensor * share + (flips ? tensor.flip(0) : tensor.roll(1, 0)) * (1 - share);

    private static Tensor Soft(Tensor targets, int classes) =>
        targets.is_floating_point() ? targets : nn.functional.one_hot(targets, classes).to_type(ScalarType.Float32);
}
