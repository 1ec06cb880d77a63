using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Learns from the answers of another model too: the loss becomes (1 - alpha) times the objective's plus alpha T^2 times the divergence of
/// the student's from the teacher's probabilities at temperature T (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural
/// network", 2015). The teacher reads the same inputs, so that features of frozen layers are not kept.
/// </summary>
/// <param name="teacher">A model of the same classes, borrowed; it is put into evaluation mode on the training device.</param>
/// <param name="temperature">Softens both answers; above 0. Default 4.</param>
/// <param name="alpha">Share of the teacher in the loss, in (0, 1]. Default 0.7.</param>
public sealed class Distillation(TransferModel teacher, double temperature = 4, double alpha = 0.7) : IFineTuneStrategy
{
    private readonly TransferModel _teacher = teacher ?? throw new ArgumentNullException(nameof(teacher));
    private readonly double _temperature = temperature > 0 && double.IsFinite(temperature)
        ? temperature : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature is above 0.");
    private readonly double _alpha = alpha is > 0 and <= 1 ? alpha : throw new ArgumentOutOfRangeException(
        nameof(alpha), alpha, "The teacher's share is above 0 and up to 1.");

    /// <inheritdoc/>
    public string Description =>
        FormattableString.Invariant($"distillation from {_teacher.Backbone.Info.Id}, temperature {_temperature}, alpha {_alpha}");

    string? IFineTuneStrategy.Decides => "Whom the model imitates";

    /// <inheritdoc/>
    public string? Checksum(TransferModel model) => ModelState.Checksum(ModelState.Of(_teacher));

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!session.Model.Labels.SequenceEqual(_teacher.Labels, StringComparer.Ordinal))
            throw new ArgumentException(
                $"The teacher's classes are not the model's, in its order: [{string.Join(", ", _teacher.Labels.Take(10))}] against "
                + $"[{string.Join(", ", session.Model.Labels.Take(10))}].");
        session.RequireInputs("Distillation");
        session.Own(BackboneUse.Of(_teacher.Backbone).Measure());
        _teacher.To(session.Loss.Device);
        _teacher.Eval();
        session.Own(new OneDnn([.. _teacher.Modules]).Use());
    }

    /// <inheritdoc/>
    public void Step(TrainingStep step, Action next)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(next);
        Tensor answers;
        using (no_grad()) answers = _teacher.Forward(step.Batch.Input).Values;
        step.ObjectiveFactor *= 1 - _alpha;
        step.AddLoss(now => Divergence(now.Output.Values, answers) * _alpha);
        next();
    }

    /// <summary>T^2 KL(teacher || student), the mean over the answers, in the current dispose scope.</summary>
    internal Tensor Divergence(Tensor student, Tensor answers)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = ((student / _temperature).log_softmax(-1), (answers / _temperature).softmax(-1));
        var each = (theirs * ((theirs + float.Epsilon).log() - ours)).sum(-1);
        return (each.mean() * (_temperature * _temperature)).MoveToOuterDisposeScope();
    }
}
