using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds out why a loss is not finite.</summary>
internal static class Divergence
{
    public static TrainingDivergedException Explain(TrainingSession session, Batch batch, int number)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var learningRate = session.Weights.LearningRate;
        var rate = double.IsNaN(learningRate) ? "" : FormattableString.Invariant($" (last learning rate {learningRate:G3})");
        var where = $"The loss is not finite in epoch {session.Epoch + 1}, step {number} of {session.BatchesPerEpoch}{rate}.";
        if (!IsFinite(batch.Input.Values))
            return new($"{where} The batch's input holds NaN or infinite values: check the data.");
        if (BrokenWeight(session) is { } broken) return new($"{where} {broken}");
        return new(
            $"{where} Input and weights are finite, so the outputs overflowed: lower the learning rate, or check the targets and the "
            + "objective.");
    }

    /// <summary>Throws where a step broke a weight, or a batch norm's statistics, which no training loss tells.</summary>
    public static void CheckWeights(TrainingSession session)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (BrokenWeight(session) is { } broken)
            throw new TrainingDivergedException($"The weights are broken after {session.Step} steps. {broken}");
    }

    private static string? BrokenWeight(TrainingSession session) => session.Groups
        .SelectMany(group => group.State, (group, entry) => (Group: group.Name, entry.Name, entry.Value))
        .Where(entry => (entry.Value is Parameter || IsStatistic(entry.Name)) && !IsFinite(entry.Value))
        .Select(entry => $"'{entry.Name}' of {entry.Group} is not finite: {(IsStatistic(entry.Name)
            ? "a batch norm cannot learn from a batch with one value for each channel. Raise BatchSize, or freeze its statistics."
            : "lower the learning rate, warm it up, or set ClipGradientNorm.")}")
        .FirstOrDefault();

    // Other buffers may be infinite on purpose, such as a causal mask.
    private static bool IsStatistic(string name) =>
        name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal);

    private static bool IsFinite(Tensor tensor) => !tensor.is_floating_point() || tensor.isfinite().all().item<bool>();
}
