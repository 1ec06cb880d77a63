using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds out why a loss is not finite.</summary>
internal static class Divergence
{
    public static TrainingDivergedException Explain(TrainingSession session, Batch batch, int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rate = double.IsNaN(learningRate) ? "" : FormattableString.Invariant($" (last learning rate {learningRate:G3})");
        var where = $"The loss is not finite in epoch {session.Epoch + 1}, step {step} of {session.StepsPerEpoch}{rate}.";
        if (!IsFinite(batch.Input.Values))
            return new($"{where} The batch's input holds NaN or infinite values: check the data.");
        foreach (var group in session.AllGroups)
            foreach (var (name, value) in group.State)
                if (!IsFinite(value))
                    return new($"{where} '{name}' of {group.Name} is no longer finite: lower the learning rate, warm it up, or set ClipGradientNorm.");
        return new($"{where} Input and weights are finite, so the outputs overflowed: lower the learning rate, or check the targets and the objective.");
    }

    private static bool IsFinite(Tensor tensor) => !tensor.is_floating_point() || tensor.isfinite().all().item<bool>();
}
