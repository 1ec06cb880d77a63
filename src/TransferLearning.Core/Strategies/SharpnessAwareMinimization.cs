using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Takes the gradient at the worst place near the weights instead of at the weights themselves, which finds flatter minima (SAM: Foret et
/// al., 2021; adaptive, ASAM: Kwon et al., 2021). Each step computes the batch twice.
/// </summary>
/// <param name="rho">How far away; above 0. Default 0.05; for the adaptive form 0.5 is usual.</param>
/// <param name="adaptive">Whether each weight moves in proportion to its size. Default false.</param>
public sealed class SharpnessAwareMinimization(double rho = 0.05, bool adaptive = false) : IFineTuneStrategy
{
    private readonly double _rho = rho > 0
        && double.IsFinite(rho) ? rho : throw new ArgumentOutOfRangeException(nameof(rho), rho, "The distance is above 0.");

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"{(adaptive ? "adaptive " : "")}sharpness-aware minimization, rho {_rho}");

    string? IFineTuneStrategy.Decides => "Where the gradient is taken";

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        if (step.Session.BatchesPerStep > 1)
            throw new ArgumentException(
                "Sharpness-aware minimization needs the gradients of each batch by itself, and gradients of several are gathered: "
                + "leave one of the two out.");
        next();
        using var scope = NewDisposeScope();
        var moved = Climb(step.Session);
        try
        {
            step.Session.ZeroGradients();
            next();
        }
        finally
        {
            using var _ = no_grad();
            foreach (var (parameter, before) in moved) parameter.copy_(before);
        }
    }

    /// <summary>Moves the weights uphill; gives them as they were, so that they come back to the last bit.</summary>
    private List<(Parameter Parameter, Tensor Before)> Climb(TrainingSession session)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parameters = session.Groups.SelectMany(group => group.Parameters).Where(parameter => !parameter.IsFrozen)
            .Select(parameter => parameter.Parameter)
            .Where(parameter => parameter.grad is not null).ToList();
        if (parameters.Count == 0) return [];
        var norms = parameters.Select(parameter => (adaptive ? parameter.abs() * parameter.grad! : parameter.grad!).norm());
        var scale = _rho / (stack(norms).norm() + 1e-12);
        List<(Parameter, Tensor)> moved = [.. parameters.Select(parameter => (parameter, parameter.clone().MoveToOuterDisposeScope()))];
        foreach (var parameter in parameters)
            parameter.add_((adaptive ? parameter.square() * parameter.grad! : parameter.grad!) * scale);
        return moved;
    }
}
