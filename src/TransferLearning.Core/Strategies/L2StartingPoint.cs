using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Draws the backbone's weights towards those that it started with, and the head's towards zero, by adding to the loss
/// alpha/2 |w - w0|^2 + beta/2 |head|^2 (L2-SP: Li, Grandvalet and Davoine, "Explicit inductive bias for transfer learning", 2018).
/// Use it instead of weight decay.
/// </summary>
/// <param name="alpha">How strongly the backbone is held; 0 or more. Default 0.01.</param>
/// <param name="beta">How strongly the head is held; 0 or more. Default 0.01.</param>
public sealed class L2StartingPoint(double alpha = 0.01, double beta = 0.01) : IFineTuneStrategy
{
    private readonly double _alpha = NotNegative(alpha, nameof(alpha)), _beta = NotNegative(beta, nameof(beta));
    private readonly Dictionary<string, Tensor> _start = [];

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"L2-SP, alpha {_alpha}, beta {_beta}");

    string? IFineTuneStrategy.Decides => "How far weights may go from where they start";

    /// <summary>Of the backbone's weights: a run that goes on starts from the same ones, so that no checkpoint has to hold them.</summary>
    public string? Checksum(TransferModel model) => ModelState.Checksum(ModelState.Of(model ?? throw new ArgumentNullException(nameof(model)))
        .Where(entry => entry.Key.StartsWith(ModelState.Backbone, StringComparison.Ordinal)));

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _start.Clear();
        using var _ = no_grad();
        foreach (var parameter in session.BackboneGroups.SelectMany(group => group.Parameters))
            _start[parameter.Name] = session.Own(parameter.Parameter.clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        step.AddLoss(_ => Penalty(step.Session));
        next();
    }

    /// <summary>The penalty of the weights that are trained, a scalar in the current dispose scope.</summary>
    private Tensor Penalty(TrainingSession session)
    {
        using var scope = NewDisposeScope();
        var penalty = zeros([], device: session.Loss.Device);
        foreach (
            var parameter in session.BackboneGroups.SelectMany(group => group.Parameters)
                .Where(parameter => !parameter.IsFrozen && _start.ContainsKey(parameter.Name)))
            penalty = penalty + (parameter.Parameter - _start[parameter.Name]).square().sum() * (_alpha / 2);
        foreach (var parameter in session.Head.Parameters.Where(parameter => !parameter.IsFrozen))
            penalty = penalty + parameter.Parameter.square().sum() * (_beta / 2);
        return penalty.MoveToOuterDisposeScope();
    }

    private static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value : throw new ArgumentOutOfRangeException(name, value, "How strongly weights are held is a finite number of 0 or more.");
}
